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

/// Whether the recording has no body for a response that the browser blocked. Only then a body shows that the page got the
/// response. The network panel of Chromium leaves these bodies out. Firefox and proxies record them, and the crate does not
/// know the behavior of other tools.
pub(super) fn leaves_out_blocked_bodies(creator: Option<&str>, browser: Option<&str>) -> bool {
    let lower_case = |name: Option<&str>| name.unwrap_or_default().to_ascii_lowercase();
    let [creator, browser] = [creator, browser].map(lower_case);
    let recorder = if browser.is_empty() {
        &creator
    } else {
        &browser
    };
    let mut names = ["chrom", "edge", "webinspector"].iter();
    !is_proxy(&creator) && names.any(|name| recorder.contains(name))
}

/// Whether a request with this `User-Agent` is from a program that is not a browser. Such a program does not check CORS.
pub(super) fn is_other_program(user_agent: &str) -> bool {
    !user_agent.is_empty()
        && !["Mozilla/", "Opera/"]
            .iter()
            .any(|name| user_agent.starts_with(name))
}
