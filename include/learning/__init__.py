"""Learning: streaks, reviews, question health, content gaps and monthly reports, a package each.

Source: app.questions, app.question_attempts, app.searches. The packages do not import each other;
what several need stands here.
"""
