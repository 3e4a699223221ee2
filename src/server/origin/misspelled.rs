//! Misspelled schemes, such as `htps`.

use crate::infrastructure::serialized_origin::Scheme;

const KNOWN: [Scheme; 2] = [Scheme::Https, Scheme::Http];

/// Whether `scheme` differs from `http` or `https` in one letter, or in the order of two.
pub(crate) fn is_misspelled(scheme: &str) -> bool {
    let is_known = |known: Scheme| scheme.eq_ignore_ascii_case(known.as_str());
    !KNOWN.into_iter().any(is_known) && KNOWN.into_iter().any(|known| is_near(scheme, known))
}

/// Returns the scheme that `scheme` spells, with or without a mistake. Returns `None` if two schemes are possible.
pub(crate) fn meant_scheme(scheme: &str) -> Option<Scheme> {
    let known = |known: &Scheme| scheme.eq_ignore_ascii_case(known.as_str());
    let near = |known: &Scheme| is_near(scheme, *known);
    KNOWN.into_iter().find(known).or_else(|| {
        let mut candidates = KNOWN.into_iter().filter(near);
        candidates.next().filter(|_| candidates.next().is_none())
    })
}

/// Whether `scheme` has one missing, additional or wrong letter, or two letters in the wrong order.
fn is_near(scheme: &str, known: Scheme) -> bool {
    let (mut a, mut b) = (scheme.as_bytes(), known.as_str().as_bytes());
    while let (Some((x, rest_a)), Some((y, rest_b))) = (a.split_first(), b.split_first()) {
        if !x.eq_ignore_ascii_case(y) {
            break;
        }
        (a, b) = (rest_a, rest_b);
    }
    while let (Some((x, rest_a)), Some((y, rest_b))) = (a.split_last(), b.split_last()) {
        if !x.eq_ignore_ascii_case(y) {
            break;
        }
        (a, b) = (rest_a, rest_b);
    }
    match (a, b) {
        ([] | [_], [_]) | ([_], []) => true,
        ([first, second], [x, y]) => {
            first.eq_ignore_ascii_case(y) && second.eq_ignore_ascii_case(x)
        }
        _ => false,
    }
}
