//! The change that makes the fetch succeed.

use alloc::{string::String, vec::Vec};

use super::PageChange;
#[cfg(feature = "cases")]
use super::json;

/// The change that makes a blocked fetch succeed.
///
/// ```
/// use fetch_cors::explain::Fix;
/// assert_ne!(Fix::NotNeeded, Fix::Page { advice: "use another port".into() });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "cases",
    derive(serde::Serialize),
    serde(tag = "kind", rename_all = "kebab-case")
)]
// Exhaustive: no fix is needed, or the fix is a list of changes, or the fix is advice in words.
pub enum Fix {
    /// The fetch succeeds.
    NotNeeded,
    /// A list of changes of the page, and a list of changes of the answers. A list can be empty. A run of the fetch
    /// with the changed page and the edited answers succeeds. Each change is necessary: if one change is left out, the
    /// fetch fails.
    Answers {
        /// A change of the page that is safer than the other changes. `None` if the other changes are safe.
        #[cfg_attr(feature = "cases", serde(skip_serializing_if = "Option::is_none"))]
        safer: Option<String>,
        /// The changes that correct mistakes of the page. The answers in `answers` are for the page with these changes.
        /// Empty if the page makes no known mistake.
        #[cfg_attr(feature = "cases", serde(skip_serializing_if = "Vec::is_empty"))]
        page: Vec<PageChange>,
        /// The answers that change, in the order of the exchanges. Empty in three cases: only the page has to change,
        /// the URL is a `data:` or `blob:` URL, or the recording has neither an answer nor an error.
        answers: Vec<ChangedAnswer>,
    },
    /// No answer of a server makes the fetch succeed: the page has to change.
    Page {
        /// The necessary change of the page, in words.
        advice: String,
    },
    /// A server redirects the fetch to a login page, which a script cannot use. A change of the CORS headers alone does
    /// not help.
    LoginPage {
        /// The position of the redirect in [`exchanges`](super::Explanation::exchanges).
        exchange: usize,
        /// The status of the redirect.
        status: u16,
        /// The URL of the login page.
        #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
        url: String,
        /// The redirect in words, and its probable reason.
        sentence: String,
        /// The answers that change, in the order of the exchanges. With these answers, the page can read a status that
        /// means that the user has to log in, such as 401. A run of the fetch with these answers succeeds, and each change
        /// is necessary. Empty if no answer makes the status readable.
        answers: Vec<ChangedAnswer>,
        /// The change of the page, in words. If `answers` is empty, the words also describe the change of the server.
        advice: String,
    },
    /// The error is not about CORS, such as an invalid certificate, or a proxy that asks for a password. A change of the
    /// CORS headers or of the page does not help.
    NotCors {
        /// The necessary change, in words.
        advice: String,
    },
}

impl Fix {
    /// Returns the answers that change. Empty if no answer changes.
    ///
    /// ```
    /// use fetch_cors::explain::Fix;
    /// assert!(Fix::NotNeeded.answers().is_empty());
    /// ```
    pub fn answers(&self) -> &[ChangedAnswer] {
        match self {
            Self::Answers { answers, .. } | Self::LoginPage { answers, .. } => answers,
            Self::NotNeeded | Self::Page { .. } | Self::NotCors { .. } => &[],
        }
    }
}

/// An answer that changes.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::{Edit, Fix, explain}};
///
/// let page = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
/// let mut answer = Ok(Response::new(http::StatusCode::OK, HeaderList::new()));
/// let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| Some(answer.clone()));
/// let Fix::Answers { answers, .. } = explanation.fix else { panic!() };
/// for edit in &answers[0].edits {
///     edit.apply(&mut answer);
/// }
/// let value = answer?.header_list.get("access-control-allow-origin").unwrap().into_owned();
/// assert_eq!(value, b"https://app.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ChangedAnswer {
    /// The position of the exchange in [`exchanges`](super::Explanation::exchanges).
    pub exchange: usize,
    /// The status, if it changes.
    pub status: Option<ChangedStatus>,
    /// The headers that change, in the order of the edits.
    pub headers: Vec<ChangedHeader>,
    /// The name to add to `Vary`. If the server allows several origins, caches need this name. The fetch also succeeds
    /// without the name. `None` if `Vary` does not have to change.
    pub vary: Option<&'static str>,
    /// The edits that turn the old answer into the new answer, in order.
    #[cfg_attr(feature = "cases", serde(skip))]
    pub edits: Vec<Edit>,
}

/// A status that changes.
///
/// ```
/// use fetch_cors::explain::ChangedStatus;
/// assert_ne!(ChangedStatus { before: Some(404), after: 204 }, ChangedStatus { before: None, after: 200 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
pub struct ChangedStatus {
    /// The status of the old answer. `None` if the connection failed.
    pub before: Option<u16>,
    /// The status to send.
    pub after: u16,
}

/// A header that changes.
///
/// ```
/// use fetch_cors::explain::ChangedHeader;
/// let mut changed = ChangedHeader { name: "Vary".into(), renamed_from: None, kept: vec![], before: vec![], after: Some("Origin".into()) };
/// assert_eq!(changed.to_string(), "+ Vary: Origin");
/// changed.kept = vec!["Accept".into()];
/// assert_eq!(changed.to_string(), "  Vary: Accept\n+ Vary: Origin");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
pub struct ChangedHeader {
    /// The name.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub name: String,
    /// The misspelled name of this header in the old answer. The header with this name is removed. `None` if the name is
    /// not misspelled.
    #[cfg_attr(
        feature = "cases",
        serde(
            skip_serializing_if = "Option::is_none",
            serialize_with = "json::optional"
        )
    )]
    pub renamed_from: Option<String>,
    /// The values of the header lines that stay. Empty if the old answer does not have several lines of this header.
    #[cfg_attr(
        feature = "cases",
        serde(skip_serializing_if = "Vec::is_empty", serialize_with = "json::list")
    )]
    pub kept: Vec<String>,
    /// The values of this header in the old answer that the new answer does not have: one value for each header line.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::list"))]
    pub before: Vec<String>,
    /// The value of the single header line to send in place of the lines in `before`. `None` if the server must not send
    /// such a line.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::optional"))]
    pub after: Option<String>,
}

/// One edit of an answer.
///
/// ```
/// use fetch_cors::browser::{ConnectionError, Response};
/// use fetch_cors::explain::Edit;
///
/// let mut answer = Err(ConnectionError);
/// Edit::Answer.apply(&mut answer);
/// Edit::SetStatus { status: http::StatusCode::NO_CONTENT }.apply(&mut answer);
/// assert_eq!(answer?.status, 204);
/// # Ok::<(), ConnectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
// Not exhaustive: a later version can add an edit for a new failure.
#[non_exhaustive]
pub enum Edit {
    /// Sends an answer with status 200 in place of the failed connection.
    Answer,
    /// Sends `status` in place of the status of the answer.
    SetStatus {
        /// The status.
        status: http::StatusCode,
    },
    /// Sends one header line in place of all header lines with this name.
    SetHeader {
        /// The name, in lower case.
        name: &'static str,
        /// The value.
        value: String,
    },
    /// Removes all header lines with this name.
    RemoveHeader {
        /// The name, in lower case.
        name: &'static str,
    },
    /// Removes some of the header lines with this name, and sends `value` in place of the first of them. The other lines stay.
    ReplaceLines {
        /// The name, in lower case.
        name: &'static str,
        /// The positions of the removed lines among the header lines with this name, counted from 0, in ascending order.
        lines: Vec<usize>,
        /// The value of the header line to send in place of the removed lines. `None` if no line replaces them.
        value: Option<String>,
    },
    /// Sends the value of the header `from` in one header line with the name `to`, and removes the header `from`, whose
    /// name is misspelled.
    RenameHeader {
        /// The misspelled name, in lower case.
        from: String,
        /// The name, in lower case.
        to: &'static str,
    },
    /// Adds an element to the list in a header. If the list has several header lines, the lines that the edit does not
    /// change stay.
    AddElement {
        /// The name of the header, in lower case.
        name: &'static str,
        /// The element.
        element: String,
        /// The misspelled element that `element` replaces, such as `DELTE`. `None` if the new element comes last.
        in_place_of: Option<String>,
        /// Whether an element `*` stays in the list.
        wildcard: Wildcard,
    },
}

/// Whether the element `*` stays in a list when an edit adds a new element.
///
/// ```
/// use fetch_cors::explain::Wildcard;
/// assert_ne!(Wildcard::Keep, Wildcard::Remove);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Exhaustive: the edit keeps the element `*` or removes the element.
pub enum Wildcard {
    /// The edit keeps the element `*` of the list, because the fetch possibly needs this element.
    Keep,
    /// The edit removes `*`, because `*` is not a wildcard for a credentialed request.
    Remove,
}

/// A danger of the [fix](Fix), and a safer change.
///
/// ```
/// use fetch_cors::explain::{Caution, CautionKind};
/// let caution = Caution { kind: CautionKind::NullOrigin, sentence: "any site can send `null`".into(), safer: String::new() };
/// assert_eq!(caution.kind, CautionKind::NullOrigin);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
pub struct Caution {
    /// The kind of the danger.
    pub kind: CautionKind,
    /// The danger in words.
    pub sentence: String,
    /// A change that is safer than the fix.
    pub safer: String,
}

/// The kind of a [`Caution`].
///
/// ```
/// use fetch_cors::explain::CautionKind;
/// assert_ne!(CautionKind::NullOrigin, CautionKind::Reflection);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "cases",
    derive(serde::Serialize),
    serde(rename_all = "kebab-case")
)]
// Not exhaustive: a later version can add a danger, if it adds a fix that has this danger.
#[non_exhaustive]
pub enum CautionKind {
    /// The fix allows the origin `null`. Any site can send this origin from a sandboxed frame.
    NullOrigin,
    /// With the fix, the server sends the origin of the page in `Access-Control-Allow-Origin`. A server that reflects
    /// every `Origin` allows every site.
    Reflection,
    /// The page is on http, so an attacker on the network can change the page.
    InsecureOrigin,
    /// The fix allows every site to embed the response.
    AnySiteCanEmbed,
    /// The fix allows the origin `file://`. Every local file in a web view of an app has this origin.
    FileOrigin,
    /// The fix allows the origin of a browser extension. This origin can differ between installations of the extension.
    ExtensionOrigin,
    /// The fix allows credentials for an origin of a developer's machine or of a private network. In production, any
    /// program of a user's machine can have this origin.
    DevelopmentOrigin,
    /// The fix allows a page that looks like the allowed origin, or like the server's own origin, but belongs to another
    /// site.
    LookAlikeOrigin,
}
