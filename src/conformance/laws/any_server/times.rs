//! Laws about the time until an answer.

use alloc::{format, vec::Vec};
use core::time::Duration;

use crate::conformance::laws::violation::{LawViolation, ensure};

/// The time to answer a preflight grows at most as fast as the length of its headers. `times` has a pair for each
/// preflight: the length of the headers in bytes, and the time until the answer. The preflights differ only in the
/// length of their headers.
///
/// Measured times are not exact, so only the shortest time for each length counts. The law is violated only if all
/// these conditions are true:
///
/// - The longest request takes 20 milliseconds or more.
/// - From each request to the next longer request, the time per byte grows by more than a quarter.
/// - The longest request takes more than 1.5 times as much time per byte as the shortest request.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::conformance::laws::preflight_time_grows_linearly as law;
///
/// let times = |milliseconds: [u64; 3]| {
///     let times = [1000, 2000, 4000].into_iter().zip(milliseconds.map(Duration::from_millis));
///     law(&times.collect::<Vec<_>>())
/// };
/// assert!(times([10, 40, 160]).is_err());
/// assert!(times([10, 20, 40]).is_ok());
///
/// // Another program delays one of the two answers with the same length.
/// let noisy = [(1000, 10), (2000, 20), (4000, 160), (4000, 40)].map(|(bytes, time)| (bytes, Duration::from_millis(time)));
/// assert!(law(&noisy).is_ok());
/// // Another program delays every answer to the longest request.
/// assert!(times([10, 21, 160]).is_ok());
/// ```
pub fn preflight_time_grows_linearly(times: &[(usize, Duration)]) -> Result<(), LawViolation> {
    const MIN_JUDGED_TIME: Duration = Duration::from_millis(20);
    let mut sorted: Vec<(usize, Duration)> = times.to_vec();
    sorted.sort_unstable();
    sorted.dedup_by_key(|(bytes, _)| *bytes);
    let times_per_byte = |(short, before): (usize, Duration), (long, after): (usize, Duration)| {
        // `after / long` is more than `before / short` exactly when `after * short` is more than `before * long`.
        let [short, long] = [short, long].map(|bytes| u128::try_from(bytes).unwrap_or(u128::MAX));
        (
            after.as_nanos().saturating_mul(short),
            before.as_nanos().saturating_mul(long),
        )
    };
    let grows = sorted.windows(2).all(|pair| match pair {
        [a, b] => {
            let (after, before) = times_per_byte(*a, *b);
            after.saturating_mul(4) > before.saturating_mul(5)
        }
        _ => false,
    });
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
        return Ok(());
    };
    let (after, before) = times_per_byte(*first, *last);
    let is_fast = after.saturating_mul(2) <= before.saturating_mul(3);
    ensure(!grows || is_fast || last.1 < MIN_JUDGED_TIME, || {
        format!(
            "a client can block the server with a long header: {} bytes take {} ms, and {} bytes take {} ms",
            first.0,
            first.1.as_millis(),
            last.0,
            last.1.as_millis()
        )
    })
}
