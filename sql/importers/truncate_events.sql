-- All attempts and searches, where select_only_generated_events says that they are generated.
TRUNCATE app.question_attempts, app.searches
