"""The law: values, dated parameters, rules, life cycles. No I/O, no clock, no framework."""
