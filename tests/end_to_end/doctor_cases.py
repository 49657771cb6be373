"""All cases on the deployed platform: a file per chapter, each joined here by a line."""

from tests.end_to_end import (
    doctor_cases_beyond,
    doctor_cases_further,
    doctor_cases_ground,
    doctor_cases_nights,
    doctor_cases_reach,
    doctor_cases_tasks,
)

CASES = (
    *doctor_cases_reach.CASES,
    *doctor_cases_tasks.CASES,
    *doctor_cases_beyond.CASES,
    *doctor_cases_ground.CASES,
    *doctor_cases_further.CASES,
    *doctor_cases_nights.CASES,
)
