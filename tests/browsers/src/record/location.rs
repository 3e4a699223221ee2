//! The values of `Location` in a case. Each path of a case begins with the id of the case.

/// Inserts the folder `/ID` before the path of a `Location` value. A value without a path stays unchanged.
pub fn in_folder(location: &str, folder: &str) -> String {
    let position = path_position(location);
    match position {
        Some(position) => {
            let (before, path) = location.split_at(position);
            format!("{before}{folder}{path}")
        }
        None => location.to_owned(),
    }
}

/// Returns the position of the path in a `Location` value. Returns `None` if the value has no path, or if its scheme is
/// neither http nor https.
fn path_position(location: &str) -> Option<usize> {
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let scheme = location.find("://").or(location.find(':'));
    let after_scheme = match scheme {
        Some(colon) if !location[..colon].contains(['/', '\\', '?', '#']) => {
            if !["http", "https"].contains(&&location[..colon]) {
                return None;
            }
            colon + 1
        }
        _ => 0,
    };
    let rest = &location[after_scheme..];
    let slashes = rest.len() - rest.trim_start_matches(is_slash).len();
    if after_scheme == 0 && slashes < 2 {
        return (slashes == 1).then_some(0);
    }
    let authority = after_scheme + slashes;
    let end = location[authority..].find(is_slash)?;
    Some(authority + end)
}

#[cfg(test)]
mod tests {
    use super::in_folder;

    #[test]
    fn path_gets_the_folder() {
        for (location, expected) in [
            ("/h1", "/a-1/h1"),
            (
                "http://127.0.0.1:8002/h1#f",
                "http://127.0.0.1:8002/a-1/h1#f",
            ),
            (
                "http://user@localhost:8003/h1",
                "http://user@localhost:8003/a-1/h1",
            ),
            ("//localhost:8003/h1", "//localhost:8003/a-1/h1"),
            ("///localhost:8003/h1", "///localhost:8003/a-1/h1"),
            ("\\a", "/a-1\\a"),
            ("/a b", "/a-1/a b"),
            ("/\u{e9}", "/a-1/\u{e9}"),
        ] {
            assert_eq!(in_folder(location, "/a-1"), expected);
        }
    }

    #[test]
    fn value_without_a_path_stays() {
        for location in [
            "",
            "#g",
            "data:,a",
            "ftp://127.0.0.1/",
            "blob:http://127.0.0.1:8001/a",
            "http://[",
        ] {
            assert_eq!(in_folder(location, "/a-1"), location);
        }
    }
}
