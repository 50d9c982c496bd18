"""How generated people and their days come about: seeded arrays, no database."""
