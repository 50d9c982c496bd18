"""Pure rules from arrays to Facts: one decision or one statistic a module; `facts` assembles them.

Arrays are users × metrics × days, day 90 the week's Sunday; NaN is 'no data' and never zero.
Every user is computed from own rows alone, whatever else is in the block.
"""
