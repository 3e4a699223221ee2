//! Punycode, as RFC 3492 describes it.

/// Replaces each well-formed Punycode label of an origin with a plain label. The URL parser refuses some of them by
/// UTS 46, and a server has no tables of UTS 46.
pub fn replace(origin: &str) -> String {
    let Some((scheme, rest)) = origin.split_once("://") else {
        return origin.into();
    };
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, format!(":{port}")),
        None => (rest, String::new()),
    };
    let labels = host.split('.').map(|label| {
        let decoded = label.strip_prefix("xn--").and_then(decode);
        decoded
            .filter(|text| !text.is_ascii())
            .map_or(label, |_| "p")
    });
    let host = labels.collect::<Vec<_>>().join(".");
    format!("{scheme}://{host}{port}")
}

/// Decodes the part of a label after `xn--`.
pub fn decode(encoded: &str) -> Option<String> {
    let (basic, digits) = match encoded.rsplit_once('-') {
        Some((basic, digits)) if !basic.is_empty() => (basic, digits),
        _ => ("", encoded),
    };
    let is_basic =
        |c: char| c.is_ascii_graphic() && !c.is_ascii_uppercase() && !"#%/:<>?@[\\]^|".contains(c);
    if !basic.chars().all(is_basic) {
        return None;
    }
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = digits.chars().peekable();
    while digits.peek().is_some() {
        let old_i = i;
        let mut w = 1_u32;
        let mut k = 36;
        loop {
            let digit = "abcdefghijklmnopqrstuvwxyz0123456789".find(digits.next()?)?;
            let digit = u32::try_from(digit).ok()?;
            i = i.checked_add(digit.checked_mul(w)?)?;
            let t = if k <= bias {
                1
            } else if k >= bias + 26 {
                26
            } else {
                k - bias
            };
            if digit < t {
                break;
            }
            w = w.checked_mul(36 - t)?;
            k += 36;
        }
        let points = u32::try_from(output.len()).ok()? + 1;
        let mut delta = (i - old_i) / if old_i == 0 { 700 } else { 2 };
        delta += delta / points;
        bias = 0;
        while delta > 455 {
            delta /= 35;
            bias += 36;
        }
        bias += 36 * delta / (delta + 38);
        n = n.checked_add(i / points)?;
        i %= points;
        output.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(output.into_iter().collect())
}
