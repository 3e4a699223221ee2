//! The outcome of a fetch with a preflight, from tables of kinds of headers. Nothing is parsed.

/// A failure's code and step.
pub type Failed = (&'static str, &'static str);

pub const ORIGIN: &str = "http://127.0.0.1:8001";

/// A kind of Access-Control-Allow-Origin: its lines, and the failure of the CORS check without and
/// with credentials.
pub type AllowOrigin = (
    &'static [&'static str],
    Option<&'static str>,
    Option<&'static str>,
);

const MISMATCH: Option<&str> = Some("allow-origin-mismatch");
const MULTIPLE: Option<&str> = Some("multiple-allow-origin-values");
const INVALID: Option<&str> = Some("invalid-allow-origin-value");

pub const ALLOW_ORIGINS: [AllowOrigin; 11] = [
    (&[ORIGIN], None, None),
    (&["*"], None, Some("wildcard-origin-not-allowed")),
    (
        &[],
        Some("missing-allow-origin-header"),
        Some("missing-allow-origin-header"),
    ),
    (&["null"], MISMATCH, MISMATCH),
    (&["http://127.0.0.1:8002"], MISMATCH, MISMATCH),
    (&["http://127.0.0.1:8001/"], MISMATCH, MISMATCH),
    (&["HTTP://127.0.0.1:8001"], MISMATCH, MISMATCH),
    (&[ORIGIN, ORIGIN], MULTIPLE, MULTIPLE),
    (&["*", "*"], MULTIPLE, MULTIPLE),
    (&[""], INVALID, INVALID),
    (&["%"], INVALID, INVALID),
];

/// A kind of Access-Control-Allow-Credentials: its lines, and whether the value is exactly `true`.
pub const ALLOW_CREDENTIALS: [(&[&str], bool); 5] = [
    (&["true"], true),
    (&[], false),
    (&["TRUE"], false),
    (&["true", "true"], false),
    (&["false"], false),
];

/// A status of a preflight response, and its failure.
pub const STATUSES: [(u16, Option<&str>); 3] = [
    (204, None),
    (302, Some("preflight-disallowed-redirect")),
    (403, Some("preflight-invalid-status")),
];

/// A method, and whether it is CORS-safelisted.
pub const METHODS: [(&str, bool); 6] = [
    ("GET", true),
    ("POST", true),
    ("PUT", false),
    ("PATCH", false),
    ("patch", false),
    ("*", false),
];

/// The headers of a request.
pub struct Headers {
    pub pairs: &'static [(&'static str, &'static str)],
    /// The names that are not CORS-safelisted, sorted, in lower case.
    pub unsafe_names: &'static [&'static str],
    /// The names of `unsafe_names`, as a list in upper case.
    pub upper_case: &'static str,
    pub has_authorization: bool,
    pub has_others: bool,
    /// Whether `*` is the only name in addition to `Authorization`.
    pub others_are_star: bool,
}

const fn headers(
    pairs: &'static [(&'static str, &'static str)],
    unsafe_names: &'static [&'static str],
    upper_case: &'static str,
    [has_authorization, has_others, others_are_star]: [bool; 3],
) -> Headers {
    Headers {
        pairs,
        unsafe_names,
        upper_case,
        has_authorization,
        has_others,
        others_are_star,
    }
}

pub const HEADERS: [Headers; 7] = [
    headers(&[], &[], "", [false, false, false]),
    headers(&[("Accept", "text/html")], &[], "", [false, false, false]),
    headers(&[("X-A", "1")], &["x-a"], "X-A", [false, true, false]),
    headers(
        &[("Authorization", "1")],
        &["authorization"],
        "AUTHORIZATION",
        [true, false, false],
    ),
    headers(
        &[("x-A", "1"), ("authorization", "1")],
        &["authorization", "x-a"],
        "AUTHORIZATION,X-A",
        [true, true, false],
    ),
    headers(
        &[("Content-Type", "application/json")],
        &["content-type"],
        "CONTENT-TYPE",
        [false, true, false],
    ),
    headers(&[("*", "1")], &["*"], "*", [false, true, true]),
];

/// A kind of Access-Control-Allow-Methods or Access-Control-Allow-Headers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum List {
    Absent,
    Empty,
    Exact,
    Star,
    StarAmongOthers,
    OtherCase,
    /// `*` and `Authorization` for names, `*` and `GET` for methods.
    StarAndOne,
    Others,
    Broken,
}

pub const LISTS: [List; 9] = [
    List::Absent,
    List::Empty,
    List::Exact,
    List::Star,
    List::StarAmongOthers,
    List::OtherCase,
    List::StarAndOne,
    List::Others,
    List::Broken,
];

/// The kinds of one combination.
pub struct Kinds<'a> {
    pub include: bool,
    pub flag: bool,
    pub method: (&'static str, bool),
    pub headers: &'a Headers,
    pub allow_origin: AllowOrigin,
    pub allow_credentials: bool,
    pub status: Option<&'static str>,
    pub allow_methods: List,
    pub allow_headers: List,
}

impl Kinds<'_> {
    pub fn is_preflighted(&self) -> bool {
        self.flag || !self.method.1 || !self.headers.unsafe_names.is_empty()
    }

    /// Returns the failure, or `None`. The response and the preflight response have the same
    /// Access-Control-Allow-Origin and Access-Control-Allow-Credentials.
    pub fn failure(&self) -> Option<Failed> {
        let check = self.cors_check();
        if !self.is_preflighted() {
            return check;
        }
        if let Some((code, step)) = check {
            return Some((on_preflight(code), step));
        }
        if let Some(code) = self.status {
            return Some((code, "cors-preflight-fetch/7"));
        }
        if self.allow_methods == List::Broken {
            return Some((
                "invalid-allow-methods-preflight-response",
                "cors-preflight-fetch/7.3",
            ));
        }
        if self.allow_headers == List::Broken {
            return Some((
                "invalid-allow-headers-preflight-response",
                "cors-preflight-fetch/7.3",
            ));
        }
        if !self.method.1 && !self.allows_method() {
            return Some((
                "method-disallowed-by-preflight-response",
                "cors-preflight-fetch/7.5",
            ));
        }
        let (authorization, others) = self.allows_names();
        if self.headers.has_authorization && !authorization {
            return Some((
                "header-disallowed-by-preflight-response",
                "cors-preflight-fetch/7.6",
            ));
        }
        if self.headers.has_others && !others {
            return Some((
                "header-disallowed-by-preflight-response",
                "cors-preflight-fetch/7.7",
            ));
        }
        None
    }

    fn cors_check(&self) -> Option<Failed> {
        let (_, without, with) = self.allow_origin;
        let code = if self.include { with } else { without };
        match code {
            Some("missing-allow-origin-header") => code.map(|code| (code, "cors-check/2")),
            Some(code) => Some((code, "cors-check/4")),
            None if self.include && !self.allow_credentials => {
                Some(("invalid-allow-credentials", "cors-check/8"))
            }
            None => None,
        }
    }

    fn allows_method(&self) -> bool {
        let is_star = self.method.0 == "*";
        match self.allow_methods {
            List::Absent => self.flag,
            List::Empty | List::Others | List::Broken => false,
            List::Exact => true,
            List::Star | List::StarAmongOthers | List::StarAndOne => !self.include || is_star,
            List::OtherCase => is_star,
        }
    }

    /// Whether `Authorization` is allowed, and whether all other names are allowed.
    fn allows_names(&self) -> (bool, bool) {
        let by_star = !self.include || self.headers.others_are_star;
        match self.allow_headers {
            List::Absent | List::Empty | List::Others | List::Broken => (false, false),
            List::Exact | List::OtherCase => (true, true),
            List::Star | List::StarAmongOthers => (false, by_star),
            List::StarAndOne => (true, by_star),
        }
    }
}

fn on_preflight(code: &str) -> &'static str {
    match code {
        "missing-allow-origin-header" => "preflight-missing-allow-origin-header",
        "wildcard-origin-not-allowed" => "preflight-wildcard-origin-not-allowed",
        "multiple-allow-origin-values" => "preflight-multiple-allow-origin-values",
        "invalid-allow-origin-value" => "preflight-invalid-allow-origin-value",
        "allow-origin-mismatch" => "preflight-allow-origin-mismatch",
        "invalid-allow-credentials" => "preflight-invalid-allow-credentials",
        _ => "",
    }
}
