//! The change that makes the fetch succeed.

use alloc::{string::String, vec::Vec};

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
// Closed: a fetch succeeds, or the server can make the fetch succeed, or only the page can, or the failure is not about
// CORS.
pub enum Fix {
    /// The fetch succeeds.
    NotNeeded,
    /// Other answers of the servers. The algorithm was run again with them, and the fetch succeeds. Without any one of
    /// the edits, the fetch fails.
    Answers {
        /// The answers that change, in the order of the exchanges.
        answers: Vec<ChangedAnswer>,
    },
    /// No answer of a server makes the fetch succeed: the page has to change.
    Page {
        /// The change of the page.
        advice: String,
    },
    /// The browser reported an error that is not about CORS, such as a certificate that is not valid: neither the CORS headers
    /// nor the call of the page cause it.
    NotCors {
        /// What to change.
        advice: String,
    },
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
/// let Fix::Answers { answers } = explanation.fix else { panic!() };
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
    /// The name to add to `Vary` for caches, if the server allows several origins. `None` if caches do not need it. The
    /// fetch succeeds without it.
    pub vary: Option<&'static str>,
    /// The single edits that change the answer.
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
    /// The status of the answer; `None` if the connection failed.
    pub before: Option<u16>,
    /// The status to send.
    pub after: u16,
}

/// A header that changes.
///
/// ```
/// use fetch_cors::explain::ChangedHeader;
/// let changed = ChangedHeader { name: "Vary".into(), before: vec![], after: Some("Origin".into()) };
/// assert_eq!(changed.to_string(), "+ Vary: Origin");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
pub struct ChangedHeader {
    /// The name.
    pub name: String,
    /// The value of each header line with this name in the answer.
    pub before: Vec<String>,
    /// The value of the one header line to send; `None` to send no line with this name.
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
// Open: other failures may need other edits.
#[non_exhaustive]
pub enum Edit {
    /// Answers with status 200, where the connection failed.
    Answer,
    /// Sends another status.
    SetStatus {
        /// The status.
        status: http::StatusCode,
    },
    /// Sends one header line in place of all lines with its name.
    SetHeader {
        /// The name, in lower case.
        name: &'static str,
        /// The value.
        value: String,
    },
    /// Sends no header line with the name.
    RemoveHeader {
        /// The name, in lower case.
        name: &'static str,
    },
    /// Adds an element to a list, as one header line.
    AddElement {
        /// The name of the header, in lower case.
        name: &'static str,
        /// The element.
        element: String,
        /// Whether an element `*` stays in the list. The fix removes a `*` without effect.
        wildcard: Wildcard,
    },
}

/// The treatment of `*` in a list that gets another element.
///
/// ```
/// use fetch_cors::explain::Wildcard;
/// assert_ne!(Wildcard::Keep, Wildcard::Remove);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Closed: the element stays or goes.
pub enum Wildcard {
    /// `*` stays: it covers other elements.
    Keep,
    /// `*` goes: it has no effect.
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
    /// The safer change.
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
// Open: other fixes may have other dangers.
#[non_exhaustive]
pub enum CautionKind {
    /// `null` is the origin of sandboxed pages of any site.
    NullOrigin,
    /// A server that copies every `Origin` allows every site.
    Reflection,
    /// The page is on http, so an attacker on the network can change the page.
    InsecureOrigin,
    /// Any site can embed the response.
    AnySiteCanEmbed,
}
