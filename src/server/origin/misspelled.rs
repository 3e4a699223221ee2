//! Misspelled schemes, such as `htps`.

use super::extension::ExtensionScheme;
use crate::infrastructure::serialized_origin::Scheme;

const KNOWN: [Scheme; 2] = [Scheme::Https, Scheme::Http];

/// Whether `scheme` is a misspelled `http` or `https`: with one wrong, missing or additional letter, with two letters
/// in the wrong order, or with mixed-up letters, such as `hptts`.
pub(crate) fn is_misspelled(scheme: &str) -> bool {
    let is_known = |known: Scheme| scheme.eq_ignore_ascii_case(known.as_str());
    let is_scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    !KNOWN.into_iter().any(is_known)
        && scheme.bytes().all(is_scheme_byte)
        && (is_mixed_up(scheme)
            || KNOWN
                .into_iter()
                .any(|known| is_near(scheme, known.as_str())))
}

/// Returns the extension scheme of which `scheme` is a misspelling with one mistake. A mistake is a missing, additional
/// or wrong letter, or two letters in the wrong order.
pub(crate) fn misspelled_extension(scheme: &str) -> Option<ExtensionScheme> {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
    if !scheme.bytes().all(is_name_byte) || ExtensionScheme::from_name(scheme).is_some() {
        return None;
    }
    let mut schemes = ExtensionScheme::ALL.into_iter();
    schemes.find(|known| is_near(scheme, known.as_str()))
}

/// Returns the scheme that the author of `scheme` probably meant. `scheme` can be misspelled. Returns `None` if two
/// schemes are possible.
pub(crate) fn meant_scheme(scheme: &str) -> Option<Scheme> {
    let known = |known: &Scheme| scheme.eq_ignore_ascii_case(known.as_str());
    let near = |known: &Scheme| is_near(scheme, known.as_str());
    KNOWN.into_iter().find(known).or_else(|| {
        let mut candidates = KNOWN.into_iter().filter(near);
        match candidates.next() {
            Some(only) => Some(only).filter(|_| candidates.next().is_none()),
            None if !is_mixed_up(scheme) => None,
            None if scheme.contains(['s', 'S']) => Some(Scheme::Https),
            None => Some(Scheme::Http),
        }
    })
}

/// Whether `scheme` is a text such as `hptts` or `htttpss`: it begins with `h` and has only letters of `https`, in any
/// order and number. `xx` counts as `tt`, because texts about attacks write `hxxps` for `https`.
fn is_mixed_up(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase().replace("xx", "tt");
    let has_letters = |letters: &str| scheme.chars().all(|letter| letters.contains(letter));
    scheme.len() >= MIN_MIXED_UP_BYTES
        && scheme.starts_with('h')
        && scheme.contains('t')
        && has_letters("htps")
}

/// The minimum length of a text that counts as `http` or `https` with mixed-up letters.
const MIN_MIXED_UP_BYTES: usize = 3;

/// Whether `scheme` is `known` with one mistake: a missing, additional or wrong letter, or two letters in the
/// wrong order.
fn is_near(scheme: &str, known: &str) -> bool {
    let (mut a, mut b) = (scheme.as_bytes(), known.as_bytes());
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
