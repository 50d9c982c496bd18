"""Pure decisions of coaching: values in, values out; the clock and the randomness are arguments."""
