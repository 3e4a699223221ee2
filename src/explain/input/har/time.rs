//! The times at which recorded requests started.

use core::time::Duration;

/// Returns the time from 1970 to a time such as `2026-01-01T00:00:05.01+01:00`. `None` if the text has another form, or if
/// the time is before 1970.
pub(super) fn since_1970(text: &str) -> Option<Duration> {
    let (date, rest) = text.split_once('T')?;
    let (time, offset) = rest.split_at_checked(rest.find(['Z', '+', '-'])?)?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':');
    let hour: i64 = time.next()?.parse().ok()?;
    let minute: i64 = time.next()?.parse().ok()?;
    let seconds: f64 = time.next()?.parse().ok()?;
    let is_date =
        (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let is_time =
        (0..24).contains(&hour) && (0..60).contains(&minute) && (0.0..61.0).contains(&seconds);
    if !is_date || !is_time {
        return None;
    }
    let minutes = days_since_1970(year, month, day) * 24 * 60 + hour * 60 + minute;
    let minutes = minutes - offset_minutes(offset)?;
    let whole = Duration::from_secs(u64::try_from(minutes).ok()?.checked_mul(60)?);
    whole.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

/// Returns the days from 1970-01-01 to a date of the Gregorian calendar. A year starts in March here, so that the leap day is
/// its last day.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days_before_month = (153 * month + 2) / 5;
    const DAYS_BEFORE_1970_03: i64 = 719_468;
    year * 365 + year / 4 - year / 100 + year / 400 + days_before_month + day
        - 1
        - DAYS_BEFORE_1970_03
}

/// Returns the minutes of an offset such as `Z`, `+01:00` and `-0730`.
fn offset_minutes(offset: &str) -> Option<i64> {
    if offset == "Z" {
        return Some(0);
    }
    let (sign, digits) = offset.split_at_checked(1)?;
    let digits = digits.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    let number = |digits: &str, limit: i64| {
        let number: Option<i64> = digits.parse().ok();
        number.filter(|number| (0..limit).contains(number))
    };
    let minutes = number(hours, 24)? * 60 + number(minutes, 60)?;
    Some(if sign == "-" { -minutes } else { minutes })
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::since_1970;

    #[test]
    fn times_of_all_tools_are_read() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:05.01Z", 5010),
            ("1970-01-01T01:00:05.000+01:00", 5000),
            ("1970-01-01T00:00:05-0730", 27_005_000),
            ("2000-03-01T00:00:00Z", 951_868_800_000),
            ("2026-11-29T10:33:31.964Z", 1_795_948_411_964),
        ] {
            let found = since_1970(text).as_ref().map(Duration::as_millis);
            assert_eq!(found, Some(milliseconds), "{text}");
        }
        for text in [
            "",
            "T",
            "2026-13-01T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:00:00",
            "x-y-zTa:b:cZ",
            "2026-01-01T00:00:00+019223372036854775807",
            "2026-01-01T00:00:00-009223372036854775807",
            "9223372036854775807-01-01T00:00:00Z",
            "-9223372036854775808-01-01T00:00:00Z",
        ] {
            assert_eq!(since_1970(text), None, "{text}");
        }
    }
}
