// Builds what a browser is sent: style sheets for both directions of writing, and pictures.
// Called by `python -m openkp.project.assets`, which finds Node and keeps the stamp.
//   node build.mjs TARGET
// Each file gets its own hash in its name, and a gzip and a brotli twin, so that it can be kept for ever.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import rtlcss from 'rtlcss'
import { compile } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const target = process.argv[2]

function sheet(name) {
  const options = { style: 'compressed', charset: false, loadPaths: [join(here, 'node_modules')], quietDeps: true }
  return compile(join(here, 'scss', `${name}.scss`), options).css
}

const leftToRight = sheet('openkp')
const files = {
  'openkp.css': leftToRight,
  'openkp-rtl.css': rtlcss.process(leftToRight) + sheet('rtl'),
}
for (const name of readdirSync(join(here, 'images'))) {
  files[name] = readFileSync(join(here, 'images', name), 'utf8')
}

mkdirSync(target, { recursive: true })
const manifest = {}
for (const [name, text] of Object.entries(files)) {
  const bytes = Buffer.from(text)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const suffix = extname(name)
  const hashed = `${name.slice(0, -suffix.length)}.${hash}${suffix}`
  writeFileSync(join(target, hashed), bytes)
  writeFileSync(join(target, `${hashed}.gz`), gzipSync(bytes, { level: 9 }))
  writeFileSync(join(target, `${hashed}.br`), brotliCompressSync(bytes))
  manifest[name] = hashed
}
writeFileSync(join(target, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
