"""Facts documents and texts that are true of them, written in the many ways of a language model."""

from typing import Any

UNITS = {"steps": "steps", "active_minutes": "min", "calories": "kcal", "sleep_minutes": "min", "time_in_bed": "min",
         "resting_heart_rate": "bpm", "hrv": "ms", "spo2": "%", "weight": "kg", "glucose": "mg/dL",
         "stress": "points"}  # fmt: skip
Day = tuple[str, float]


def metric(
    name: str, this: float, usual: float, high: Day, low: Day, days: int = 7, before: int = 28
) -> dict[str, Any]:
    change = round(this - usual, 1)
    return {
        "unit": UNITS[name], "this_week": this, "usual": usual,
        "change": int(change) if float(change).is_integer() else change,
        "change_percent": round(100 * (this - usual) / usual, 1), "days": days, "usual_days": before,
        "highest": {"weekday": high[0], "value": high[1]}, "lowest": {"weekday": low[0], "value": low[1]},
    }  # fmt: skip


def changed(metrics: dict[str, Any], name: str, kind: str = "change") -> dict[str, Any]:
    it = metrics[name]
    way = "steady" if kind == "steady" else "up" if it["change"] > 0 else "down"
    told = {"kind": kind, "metric": name, "direction": way, "confidence": 0.95, "this": it["this_week"],
            "baseline": it["usual"], "days": it["days"], "baseline_days": it["usual_days"]}  # fmt: skip
    return told if kind == "steady" else {**told, "change": it["change"], "pct": it["change_percent"]}


def _document(metrics: dict[str, Any], insights: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
    facts = {"metrics": metrics, "insights": insights, "patterns": [], "velocity": {}, "systems": {}, "timeline": [],
             "comparative": {}, "mood": {}, "days_with_data": 7}  # fmt: skip
    return {"facts": {**facts, **other}}


_LIVELY = {
    "steps": metric("steps", 8123, 7456, ("Saturday", 12001), ("Monday", 4002), before=27),
    "sleep_minutes": metric("sleep_minutes", 440, 415, ("Sunday", 502), ("Tuesday", 371)),
    "resting_heart_rate": metric(
        "resting_heart_rate", 61.4, 62.6, ("Tuesday", 64.0), ("Saturday", 59.2), days=6
    ),
    "hrv": metric("hrv", 48, 45, ("Saturday", 57), ("Tuesday", 39)),
    "active_minutes": metric("active_minutes", 52, 39, ("Saturday", 95), ("Monday", 31)),
    "stress": metric("stress", 31, 38, ("Tuesday", 44), ("Sunday", 21)),
}
LIVELY = _document(
    _LIVELY,
    [
        changed(_LIVELY, "steps"),
        {"kind": "weekday", "metric": "sleep_minutes", "direction": "up", "confidence": 0.96, "weekday": "Sunday",
         "mean_on_day": 492.3, "mean_other": 408.1, "weeks": 12, "median_difference": 80.0},
        {"kind": "lag", "metric": "steps", "direction": "up", "confidence": 0.93, "other": "sleep_minutes", "r": 0.4,
         "n": 61, "after_high": 8640.2, "after_low": 6891.4},
        {"kind": "record", "metric": "steps", "direction": "up", "confidence": 0.92, "value": 12001,
         "weekday": "Saturday", "days": 91},
        {"kind": "streak", "metric": "active_minutes", "direction": "up", "confidence": 0.9, "length": 9,
         "threshold": 30},
    ],
    velocity={"7": {"score": 64, "direction": "up", "contributions": {"steps": 4.2, "resting_heart_rate": 2.1}},
              "28": {"score": 52, "direction": "steady", "contributions": {"steps": 0.4}},
              "90": {"score": 41, "direction": "down", "contributions": {"hrv": -3.3}}},
    systems={"activity": {"score": 78, "trend": "up", "drivers": ["steps"]},
             "sleep_recovery": {"score": 71, "trend": "up", "drivers": ["sleep_minutes"]},
             "cardiovascular": {"score": 66, "trend": "steady", "drivers": ["hrv"]}, "metabolic": None},
    mood={"HAPPY": 4, "TIRED": 2},
    comparative={"steps": {"percentile": 71, "cohort": "30-39|female", "users": 3121}},
)  # fmt: skip

_TIRED = {
    "steps": metric("steps", 5210, 6980, ("Thursday", 7610), ("Sunday", 2954), days=5, before=26),
    "sleep_minutes": metric("sleep_minutes", 378, 432, ("Wednesday", 441), ("Friday", 302)),
    "resting_heart_rate": metric("resting_heart_rate", 66.2, 63.1, ("Friday", 69.5), ("Monday", 64.1)),
    "hrv": metric("hrv", 38, 46, ("Monday", 44), ("Friday", 30)),
    "stress": metric("stress", 57, 44, ("Friday", 71), ("Wednesday", 49), days=6),
    "spo2": metric("spo2", 95.8, 96.4, ("Tuesday", 96.9), ("Friday", 94.2), days=6),
    "calories": metric("calories", 2105, 2290, ("Thursday", 2412), ("Sunday", 1876)),
}
TIRED = _document(
    _TIRED,
    [
        changed(_TIRED, "sleep_minutes"),
        {"kind": "trend", "metric": "resting_heart_rate", "direction": "up", "confidence": 0.97,
         "slope_per_week": 0.8, "weeks": 4, "days": 26},
        {"kind": "change_point", "metric": "stress", "direction": "up", "confidence": 0.94, "before": 43.4,
         "after": 56.8, "days_ago": 9, "days": 84},
        {"kind": "lab", "metric": "lab", "direction": "down", "confidence": 0.95, "test": "ferritin", "value": 12.0,
         "unit": "ng/mL", "ref_low": 30.0, "ref_high": 300.0, "days_ago": 12},
        {"kind": "coverage", "metric": "steps", "direction": "down", "confidence": 0.9, "days": 5, "of": 7},
        {"kind": "consistency", "metric": "sleep_minutes", "direction": "up", "confidence": 0.9, "spread": 62.0,
         "baseline_spread": 35.0, "days": 7},
    ],
    velocity={"7": {"score": 29, "direction": "down", "contributions": {"sleep_minutes": -6.1, "stress": -5.0}},
              "28": {"score": 38, "direction": "down", "contributions": {"hrv": -2.0}}, "90": None},
    systems={"activity": {"score": 51, "trend": "down", "drivers": ["steps"]},
             "sleep_recovery": {"score": 43, "trend": "down", "drivers": ["sleep_minutes"]},
             "cardiovascular": {"score": 58, "trend": "down", "drivers": ["hrv"]},
             "mind": {"score": 37, "trend": "down", "drivers": ["stress"]}},
    mood={"TENSE/ANXIOUS": 5},
    comparative={"stress": {"percentile": 84, "cohort": "40-49|male", "users": 812}},
)  # fmt: skip

_EVEN = {
    "weight": metric("weight", 74.2, 74.3, ("Monday", 74.8), ("Saturday", 73.7)),
    "steps": metric("steps", 10240, 10190, ("Wednesday", 13480), ("Sunday", 8215)),
    "glucose": metric("glucose", 104, 98, ("Friday", 121), ("Tuesday", 92), days=4, before=12),
    "time_in_bed": metric("time_in_bed", 491, 468, ("Sunday", 545), ("Thursday", 440)),
    "active_minutes": metric("active_minutes", 30, 60, ("Wednesday", 48), ("Friday", 11)),
    "stress": metric("stress", 40, 20, ("Thursday", 58), ("Sunday", 25), days=6),
    "sleep_minutes": metric("sleep_minutes", 402, 300, ("Sunday", 455), ("Thursday", 351)),
    "calories": metric("calories", 2512, 2010, ("Wednesday", 2890), ("Sunday", 2188)),
}
EVEN = _document(
    _EVEN,
    [
        changed(_EVEN, "weight", "steady"),
        changed(_EVEN, "active_minutes"),
        {"kind": "streak", "metric": "steps", "direction": "up", "confidence": 0.97, "length": 12, "threshold": 8000},
        {"kind": "record", "metric": "stress", "direction": "up", "confidence": 0.9, "value": 58,
         "weekday": "Thursday", "days": 84},
        {"kind": "change_point", "metric": "time_in_bed", "direction": "up", "confidence": 0.92, "before": 466.0,
         "after": 493.0, "days_ago": 4, "days": 80},
        {"kind": "standing", "metric": "steps", "direction": "up", "confidence": 0.99, "percentile": 88,
         "cohort": "all", "users": 9204},
    ],
    velocity={"7": {"score": 50, "direction": "steady", "contributions": {"steps": 0.3}}, "28": None,
              "90": {"score": 57, "direction": "up", "contributions": {"steps": 2.0}}},
    systems={"activity": {"score": 82, "trend": "steady", "drivers": ["steps"]},
             "metabolic": {"score": 63, "trend": "down", "drivers": ["glucose"]}},
)  # fmt: skip

DOCUMENTS = {"lively": LIVELY, "tired": TIRED, "even": EVEN}

TRUE = {
    "lively": """
Your steps averaged 8,123 a day this week, up from your usual 7,456.
You walked 8,123 steps a day, 667 more than usual.
Steps rose 8.9% this week.
Steps are up about 9 percent on your usual level.
A livelier week: about 8,100 steps a day against some 7,500 in the four weeks before.
Your step count climbed from 7,456 to 8,123.
You slept 7 h 20 min a night, 25 minutes more than usual.
You slept 7.3 hours a night this week, compared with about 6.9 hours before.
Sleep averaged 440 minutes, up from 415.
Nights were longer: seven hours and twenty minutes on average, up from six hours and fifty-five minutes.
Your sleep went up by 25 min to 7 h 20 min.
Your resting heart rate fell by 1.2 bpm to 61.4 bpm.
At 61.4 bpm, your resting heart rate was lower than usual.
Resting heart rate: 61.4 bpm, down from 62.6.
Your pulse at rest eased from 62.6 to 61.4 beats per minute.
HRV improved to 48 ms from a usual 45 ms.
Your heart rate variability rose by 3 ms, or 6.7 %.
Active minutes were up by a third, to 52 a day.
You were active for 52 minutes a day, 13 more than your baseline of 39.
Active time increased by 33.3 percent.
Stress dropped to 31 points from 38.
Your stress level was 7 points lower than in the four weeks before.
Stress fell by almost a fifth.
Stress came down 18.4%.
More steps, more sleep and less stress.
Steps, sleep and HRV all rose this week.
Your best day was Saturday, with 12,001 steps.
Saturday was your highest day for steps, at 12,001.
Saturday's 12,001 steps were the most in 91 days.
On Monday you walked only 4,002 steps, the lowest of the week.
Your steps ranged from 4,002 on Monday to 12,001 on Saturday.
Your longest night was Sunday, at 8 h 22 min.
Tuesday was the shortest night, with 6 h 11 min.
On Sundays you sleep 492 minutes, against 408 on other days.
Sundays bring longer nights: about 8 h 12 min on average.
Over the last 12 weeks, your Sundays have averaged 492 minutes of sleep.
After long nights you walk 8,640 steps; after short nights, 6,891.
Following longer nights your steps average around 8,600, compared with 6,900 after short nights.
Your active time has stayed at or above 30 minutes for nine days in a row.
Nine days running with at least 30 active minutes.
Your 9-day streak of active minutes goes on.
Your health velocity stands at 64 and is rising.
Health velocity: 64, pointing up.
Over the last 90 days, your velocity is 41 and pointing down.
Your velocity over 28 days is steady at 52.
Activity is your strongest system, at 78 out of 100.
Activity scores 78 and is still improving.
Sleep and recovery scores 71, with an upward trend.
Cardiovascular health holds steady at 66.
You noted feeling happy on 4 days.
Your mood was happy on four days and tired on two.
Your steps are higher than those of 71% of women aged 30–39.
Your step count stands at the 71st percentile among 3,121 women aged 30 to 39.
There was data on all 7 days.
Your resting heart rate was recorded on 6 of 7 days.
Your steps did not fall this week.
Instead of falling, your steps rose to 8,123.
Your stress is no higher than usual.
Sleep was better than usual, and your resting heart rate was lower.
You walked more than 8,000 steps a day.
Just over 8,100 steps a day, and nearly seven and a half hours of sleep.
Both your sleep and your HRV were up.
Keep the bedtime that gave you 7 h 20 min of sleep.
Watch whether your steps stay above your usual 7,456.
See whether your resting heart rate stays near 61 bpm.
Try to keep your steps near 8,100 next week.
Longer nights often make the next day easier.
Since your stress was lower, keep the pauses that helped.
The rise in sleep is worth protecting.
Your steps rose by 667 while your stress fell by 7 points.
""",
    "tired": """
You slept 6 h 18 min a night, 54 minutes less than usual.
Your sleep fell to 378 minutes from 432.
Sleep dropped by 12.5% this week.
A short week of sleep: 6.3 hours a night, down from 7.2.
Sleep was down by about an eighth.
Nearly an hour less sleep a night than usual.
Your steps dropped by a quarter, to 5,210 a day.
Steps fell from 6,980 to 5,210.
You walked 1,770 fewer steps a day than usual.
Some 5,200 steps a day, against a usual 7,000 or so.
Your resting heart rate rose by 3.1 bpm to 66.2 bpm.
Resting heart rate is up: 66.2 bpm instead of 63.1.
Your resting pulse has been climbing by 0.8 bpm a week over four weeks.
Over the past 4 weeks your resting heart rate has been rising.
HRV sank to 38 ms, 8 below your usual 46.
Your HRV was 17.4 percent lower than usual.
Heart rate variability slipped from 46 ms to 38 ms.
Stress rose to 57 points, up from 44.
Your stress climbed by 13 points, or almost 30%.
Stress has settled at about 57 points for the last nine days, up from 43.
Since the shift nine days ago, your stress has run at 56.8 points instead of 43.4.
Blood oxygen averaged 95.8%, slightly below your usual 96.4%.
Your blood oxygen was 0.6 percentage points lower.
SpO2 dipped to 94.2% on Friday, its lowest of the week.
Calories burned fell by 185 kcal to 2,105 kcal a day.
You burned 2,105 kcal a day, 8% less than usual.
Friday was the hardest day: 5 h 2 min of sleep, and stress at 71 points.
Your shortest night was Friday, with just over five hours.
Stress peaked on Friday at 71 points.
Your ferritin of 12 ng/mL lies below the reference range of 30–300 ng/mL.
Ferritin came back at 12 ng/mL twelve days ago, under the lower limit of 30.
Talk to a doctor about your ferritin result of 12 ng/mL.
Steps were recorded on only five of the 7 days.
Your steps were recorded on 5 of 7 days, so read the average with care.
Your sleep varied by 62 minutes from day to day, against a usual 35.
Your nights were less even than usual, with a spread of 1 h 2 min.
Your health velocity is 29 and falling.
Health velocity over 28 days stands at 38, pointing down.
Your mind score is 37, and the trend is down.
Mind scores lowest of your systems, at 37.
Activity stands at 51 out of 100 and is slipping.
You felt tense/anxious on five days.
Your stress is higher than that of 84% of men aged 40–49.
Less sleep, more stress and fewer steps.
Sleep, steps and HRV all fell, while stress rose.
Your resting heart rate did not fall this week.
Your HRV was lower, not higher, than usual.
Sleep shrank and stress grew.
Your steps averaged 5,210, well below the 6,980 of the four weeks before.
Compared with the previous 28 days, your sleep was 54 minutes shorter.
Go to bed a little earlier, since your sleep was 54 minutes below usual.
Watch whether your stress comes back to 44 points.
See if your resting heart rate settles near 63 bpm.
Short nights often make stress harder to carry.
It was a harder week: you slept about 6 h 20 min a night and walked about 5,200 steps a day.
Thursday was your most active day, with 7,610 steps.
""",
    "even": """
Your weight held steady at 74.2 kg.
Weight was unchanged at 74.2 kg.
Your weight barely moved: 74.2 kg against 74.3 before.
Steps stayed at their usual level, 10,240 a day.
You walked about 10,200 steps a day, the same as usual.
Glucose rose by 6 mg/dL to 104 mg/dL.
Your glucose averaged 104 mg/dL on four days, up from 98.
You spent 8 h 11 min in bed a night, 23 minutes more than usual.
Time in bed went up to 491 minutes from 468.
Your active minutes halved, from 60 to 30 a day.
Active time fell by half, to half an hour a day.
You were active for 30 minutes a day, 50% less than usual.
Active time dropped from an hour to 30 minutes a day.
Your stress doubled from 20 to 40 points.
Stress was twice its usual level, at 40 points.
Your sleep grew by about a third, to 6 h 42 min.
Sleep rose from five hours to 6.7 hours.
You burned a quarter more than usual, 2,512 kcal a day.
Calories burned rose by 502 kcal, or 25%.
Twelve days in a row at or above 8,000 steps.
Your steps have been at or above 8,000 for 12 days in a row.
Your 12-day streak of 8,000 steps or more is still running.
Thursday's stress of 58 points was the highest in 84 days.
Stress reached a record high of 58 points on Thursday.
Since Wednesday, your time in bed has been at 8 h 13 min instead of 7 h 46 min.
Four days ago your time in bed moved from 466 to 493 minutes.
Your steps stand at the 88th percentile of 9,204 people.
You walk more than 88% of people.
Your velocity is steady at 50.
Over the last 90 days your velocity is 57 and rising.
Your activity score is 82 and holds level.
Metabolic health is slipping, at 63.
Wednesday was your busiest day, with 13,480 steps.
Your weight ranged from 73.7 kg on Saturday to 74.8 kg on Monday.
Glucose was recorded on only 4 of 7 days.
While your steps held steady, your active time fell by 30 minutes.
Your weight did not change much.
Your stress was higher and your active time lower than usual.
Glucose peaked at 121 mg/dL on Friday.
A calm scale, but a tense week: stress rose by 20 points.
""",
}

# Written after the check stood, in the style of an answer to the prompt.
TRUE_LATER = {
    "lively": """
You moved more this week: 8,123 steps a day on average, which is 667 more than your usual 7,456.
Your week was a strong one, with steps, sleep and active minutes all above usual.
Sleep improved too, reaching 7 hours 20 minutes per night, about 25 minutes more than your usual 6 hours 55 minutes.
With stress down to 31 points and resting heart rate at 61.4 bpm, your body seems to be coping well.
Your resting heart rate edged down to 61.4 bpm, 1.2 bpm below your usual 62.6 bpm.
Saturday stood out: you walked 12,001 steps, your highest day in 91 days.
You have now logged at least 30 active minutes nine days in a row.
After nights with more sleep, you tend to walk more: 8,640 steps the next day, compared with 6,891 after shorter nights.
You sleep longest on Sundays, averaging about 492 minutes compared with 408 minutes on other days.
Plan a short walk on Monday, your quietest day at 4,002 steps.
Protect your longer nights, because your steps average 8,640 the day after them.
Keep an eye on Mondays' low step count.
Whether your 9-day streak of active minutes continues.
Whether your resting heart rate stays close to 61.4 bpm.
A livelier, better-rested week
More steps, longer nights, calmer days
Steps up 8.9% in a well-rested week
Your HRV rose from 45 to 48 ms, a change of 6.7%.
Compared with other women in your age group, your steps rank at the 71st percentile.
Overall, your health velocity is 64 and heading up.
""",
    "tired": """
This was a demanding week: you slept 54 minutes less per night than usual, and stress rose to 57 points.
Your sleep averaged 6 hours 18 minutes, compared with your usual 7 hours 12 minutes, a drop of 12.5%.
Your resting heart rate has been drifting upward, by about 0.8 bpm a week over the last four weeks.
Stress moved to a higher level nine days ago, from 43.4 to 56.8 points, and has stayed there.
Your ferritin result was 12 ng/mL, below the reference range of 30 to 300 ng/mL; please talk to a doctor about it.
Steps were recorded on 5 of 7 days, so treat the weekly average with some caution.
Your sleep was less regular than usual, varying by 62 minutes from night to night instead of 35.
Friday was the low point, with just 302 minutes of sleep and a resting heart rate of 69.5 bpm.
Try to get to bed a little earlier on Friday, your shortest night of the week.
Book an appointment with your doctor to discuss the ferritin result.
Whether your resting heart rate comes back down toward 63.1 bpm.
Shorter nights and more stress
Less sleep, higher stress, and a rising resting heart rate
Your HRV dropped 17.4% to 38 ms.
Activity also dipped, with steps down 25.4% to 5,210 a day.
""",
    "even": """
A steady week on the scale, with weight holding at 74.2 kg, almost identical to your usual 74.3 kg.
Your active minutes fell by half, from 60 to 30 minutes a day.
You have reached at least 8,000 steps on 12 days in a row.
Your stress hit 58 points on Thursday, the highest in 84 days.
Your time in bed has shifted up: 493 minutes since Wednesday, compared with 466 minutes before.
You take more steps than 88% of users.
Whether your glucose stays above its usual 98 mg/dL.
Add a short active break on Friday, when you had only 11 active minutes.
Sleep was up by 34% to 402 minutes a night.
""",
}

# False texts that no operator makes.
FALSE = {
    "lively": """
You moved more this week: 8,123 steps a day on average, which is 667 more than last week.
Your steps averaged 7,456 this week.
You usually walk 8,123 steps a day.
Your steps were your usual 8,123.
Sleep improved to 6 hours 55 minutes per night.
Your steps rose to 12,001 this week.
On Saturday you walked 8,123 steps.
Your stress rose slightly.
Your stress is climbing.
A tougher week, with more stress and less sleep
Stress is on the rise again.
Fewer steps and shorter nights
You slept 440 minutes on Saturday.
You walked 8,123 steps in total this week.
Your HRV is the highest in 91 days.
Your steps hit a new low on Saturday.
You have 30 active minutes streak of 12 days.
After short nights you walk 8,640 steps.
After long nights you walk fewer steps.
Your steps are at the 81st percentile.
Your resting heart rate improved by 25 bpm.
Your resting heart rate worsened.
You walked 8,123 miles.
Your active time grew by half.
Your velocity is falling.
Sleep makes up a third of your day.
You lost 2 kg.
Your weight held steady.
You burned 2,300 kcal a day.
Your steps were below your usual level.
Your usual steps are higher than this week's.
Your resting heart rate of 62.6 bpm is lower than usual.
Activity is your weakest system.
You felt happy on six days.
Your steps rose while your sleep fell.
Sleep was down, but steps were up.
Your best night was Tuesday.
You slept worse on Sundays.
Your sleep is longest on Mondays.
Steps increased by 8.9 points.
Your stress dropped by 7%.
""",
    "tired": """
Your ferritin of 12 ng/mL is above the reference range.
Your ferritin is within the reference range.
Your resting heart rate has been falling for four weeks.
Your stress shifted from 57 to 43 points.
Your sleep was more regular than usual.
Steps were recorded on 7 of 7 days.
Steps were recorded every day.
You slept 54 minutes more than usual.
Blood oxygen improved to 95.8%.
Nothing changed this week.
Your sleep recovered this week.
Your stress has been above 57 points for nine days.
Your HRV climbed to 46 ms.
Stress eased on Friday.
Your resting heart rate rose by 3.1%.
Your resting heart rate is 3.1 bpm below usual.
You averaged 6,980 steps.
Your mind score improved to 37.
You did not sleep less than usual.
Your sleep rose to 378 minutes.
""",
    "even": """
Your weight dropped to 73.7 kg.
Your weight rose.
Your streak ended after 12 days.
Your active minutes doubled.
Your stress halved to 20 points.
Your active time is 50% higher than usual.
You were active for an hour a day.
You reached 12,000 steps on 8 days in a row.
You take fewer steps than 88% of users.
Glucose was recorded on all 7 days.
Your glucose fell to 98 mg/dL.
Time in bed has dropped since Wednesday.
Time in bed has been higher since Tuesday.
""",
}


def true_texts() -> list[tuple[str, str]]:
    """(document, text) of every text written by hand."""
    return _lines(TRUE) + _lines(TRUE_LATER)


def false_by_hand() -> list[tuple[str, str]]:
    """(document, text) of every false text written by hand."""
    return _lines(FALSE)


def _lines(texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, line) for name, lines in texts.items() for line in lines.strip().splitlines()]
