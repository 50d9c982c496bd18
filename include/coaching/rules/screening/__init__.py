"""How the screen reads: words out of any spelling, signs from the lexicon files, and what excuses a sign."""
