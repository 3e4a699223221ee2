//! The tools that make recordings.

/// Parts of the names of proxies, in lower case.
const PROXIES: [&str; 9] = [
    "proxy",
    "fiddler",
    "charles",
    "http toolkit",
    "burp",
    "zap",
    "whistle",
    "reqable",
    "requestly",
];

/// Whether the tool with this name is a proxy between the browser and the servers. A proxy records each response, but
/// does not see whether the browser blocked the response.
pub(super) fn is_proxy(creator: &str) -> bool {
    let creator = creator.to_ascii_lowercase();
    PROXIES.iter().any(|name| creator.contains(name))
}

/// Whether the tool with this name records the body of a blocked response. Then a body does not show that the page got
/// the response.
pub(super) fn records_blocked_bodies(creator: &str) -> bool {
    is_proxy(creator) || creator.to_ascii_lowercase().contains("firefox")
}

/// Whether a request with this `User-Agent` is from a program that is not a browser. Such a program does not check CORS.
pub(super) fn is_other_program(user_agent: &str) -> bool {
    !user_agent.is_empty()
        && !["Mozilla/", "Opera/"]
            .iter()
            .any(|name| user_agent.starts_with(name))
}
