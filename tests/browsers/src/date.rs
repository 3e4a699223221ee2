//! Dates and times in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the current date in UTC, such as `2026-11-27`.
pub fn today() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    from_days(now.unwrap_or_default().as_secs() / 86_400)
}

/// Returns the time in UTC that is `milliseconds` after the beginning of 1970, such as `2026-11-27T04:28:33.133Z`.
pub fn timestamp(milliseconds: u64) -> String {
    let (seconds, fraction) = (milliseconds / 1_000, milliseconds % 1_000);
    let (date, time) = (from_days(seconds / 86_400), seconds % 86_400);
    let (hours, minutes, seconds) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{date}T{hours:02}:{minutes:02}:{seconds:02}.{fraction:03}Z")
}

/// Returns the date of the day that is `days` days after 1970-01-01. In the calculation, a year begins with March, so
/// that the leap day is the last day of a year.
fn from_days(days: u64) -> String {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{from_days, timestamp};

    #[test]
    fn days_become_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_784, "2026-11-27"),
        ] {
            assert_eq!(from_days(days), date);
        }
    }

    #[test]
    fn milliseconds_become_times() {
        assert_eq!(timestamp(1_795_753_713_133), "2026-11-27T04:28:33.133Z");
        assert_eq!(timestamp(86_399_999), "1970-01-01T23:59:59.999Z");
    }
}
