"""Who stands at the counter: sign-in, second factor, the own account, and the people of an authority."""
