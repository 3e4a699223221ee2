//! Hosts of the user's own machine. Pages on these hosts usually have the scheme `http`.

/// Whether the text begins with a host of the user's own machine, in any letter case. A port or a path can follow.
pub(super) fn is_local(origin: &str) -> bool {
    let end = origin.find([':', '/']).unwrap_or(origin.len());
    let host = origin.get(..end).unwrap_or_default().to_ascii_lowercase();
    matches!(&*host, "localhost" | "127.0.0.1")
        || host.ends_with(".localhost")
        || origin.starts_with("[::1]")
}
