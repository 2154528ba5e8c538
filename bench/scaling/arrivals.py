"""When athletes come and for how long they stay. The curves are made, with a fixed seed; nobody has recorded any."""
import dataclasses
import random

from scaling import delay


@dataclasses.dataclass(frozen=True)
class Athlete:
    comes_s: float
    stays_s: float


@dataclasses.dataclass(frozen=True)
class Curve:
    name: str
    text: str
    profile: delay.Profile
    athletes: tuple  # by when they come
    seconds: float
    timetable: tuple = ()  # (from s, to s, athletes) that are known the day before

    def together(self, step_s: int = 10) -> list:
        """How many there would be at a time if nobody waited."""
        change = [0] * (int(self.seconds) // step_s + 2)
        for one in self.athletes:
            change[min(int(one.comes_s) // step_s, len(change) - 1)] += 1
            change[min(int(one.comes_s + one.stays_s) // step_s, len(change) - 1)] -= 1
        total, result = 0, []
        for by in change:
            total += by
            result.append(total)
        return result


LESSONS = (28_800, 31_800, 35_400, 38_700, 42_000, 45_000, 50_400, 53_400)  # 8:00 to 14:50
DAY_BEGINS = 25_200  # 7:00
CLASS, SCHOOLS, LESSON_S = 30, 12, 2700


def school_day(seed: int = 1) -> Curve:
    """Twelve schools, each with physical education in half of the lessons: 30 athletes begin 3 to 6 minutes after the bell."""
    chance = random.Random(seed)
    athletes, timetable = [], []
    for bell in (at - DAY_BEGINS for at in LESSONS):
        classes = sum(chance.random() < 0.5 for _ in range(SCHOOLS))
        timetable.append((bell, bell + LESSON_S, classes * CLASS))
        for _ in range(classes * CLASS):
            comes = bell + chance.uniform(180, 360)
            athletes.append(Athlete(comes, bell + LESSON_S - chance.uniform(300, 600) - comes))
    return made("school day", f"{SCHOOLS} schools, 8 lessons, {CLASS} athletes a class beginning 3 to 6 minutes after the bell", delay.COACHING, athletes,
                36_000, timetable)


def burst(seed: int = 1) -> Curve:
    """Eighty are there, then a hundred come within a minute."""
    chance = random.Random(seed)
    athletes = [Athlete(chance.uniform(0, 300), 3600) for _ in range(80)]
    athletes += [Athlete(900 + chance.uniform(0, 60), 1200) for _ in range(100)]
    return made("burst", "80 are there, then 100 come within a minute and stay for 20", delay.COACHING, athletes, 3600)


CLUBS = 24


def evening(seed: int = 1) -> Curve:
    """Clubs that run on treadmills, every picture looked at; groups begin on the half-hours and go by turns."""
    chance = random.Random(seed)
    athletes, timetable = [], []
    for _ in range(CLUBS):
        begins = 3600 + 1800 * chance.randrange(5)
        group = chance.randrange(15, 41)
        timetable.append((begins, begins + 3600, group // 2))
        athletes += [Athlete(begins + chance.uniform(0, 2400), chance.uniform(600, 1500)) for _ in range(group)]
    return made("evening", f"{CLUBS} running clubs of 15 to 40 athletes who come by turns for 10 to 25 minutes, every picture looked at", delay.CONTINUOUS, athletes,
                18_000, timetable)


def made(name: str, text: str, profile: delay.Profile, athletes: list, seconds: float, timetable: list | None = None) -> Curve:
    return Curve(name, text, profile, tuple(sorted(athletes, key=lambda one: one.comes_s)), seconds, tuple(timetable or ()))


CURVES = (school_day, burst, evening)
