//! Shortens the pauses between fetches for the recorder.

/// The fraction of a second that a pause has in addition to its whole seconds. Entries of the preflight cache expire
/// after whole seconds. A fetch can be late but not early. With this fraction, a fetch that is late by half a second
/// still finds the same entries as a fetch on time.
const FRACTION_SECONDS: f64 = 0.1;

/// The longest pause that keeps its whole seconds. [`shorten`] shortens each longer pause to one second plus
/// [`FRACTION_SECONDS`].
const MAX_PAUSE_SECONDS: f64 = 7.0;

/// Replaces the times of fetches, so that the pauses between the fetches are short. No pause ends at the moment when a
/// cache entry expires.
pub fn shorten(times: &mut [f64]) {
    let mut previous = 0.0;
    let mut now = 0.0;
    for time in times {
        let pause = *time - previous;
        previous = *time;
        now += shortened(pause);
        // Rounding removes the error of the floating-point addition.
        now = (now * 10.0_f64).round() / 10.0;
        *time = now;
    }
}

fn shortened(pause: f64) -> f64 {
    if pause < 0.1 {
        0.0
    } else if pause > MAX_PAUSE_SECONDS {
        1.0 + FRACTION_SECONDS
    } else {
        pause.trunc() + FRACTION_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn times_are_not_close_to_whole_seconds() {
        let mut times = [0.0, 4.999, 5.499, 605.499, 605.5];
        shorten(&mut times);
        assert_eq!(times, [0.0, 4.1, 4.2, 5.3, 5.3]);
        let mut again = times;
        shorten(&mut again);
        assert_eq!(again, times);
    }
}
