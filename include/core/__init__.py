"""What every part stands on: settings, database access, SQL files, periods. Imports nothing above."""
