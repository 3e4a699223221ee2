//! The browser engines that judge a fetch differently than the standard.

use alloc::{format, string::String, vec::Vec};
use core::time::Duration;

use super::{Verdict, explanation::is_opaque, repair::RunExchange};
use crate::{
    Failure,
    engine::{Engine, Quirk, QuirkSet, attribution::Runs},
    fetching::{HttpRequest, Progress, UserAgent, start},
    infrastructure::request::Request,
};

/// A browser engine that judges a fetch differently than the standard: the verdict or the failure differs.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::engine::{Engine, Quirk};
/// use fetch_cors::{api::ApiCall, explain::{Verdict, explain}};
///
/// let page = Origin::parse("https://app.example")?;
/// let mut init = RequestInit::new("https://api.example/".parse()?);
/// init.headers.push(("Authorization".into(), "Bearer x".into()));
/// let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*")])?;
/// let explanation = explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |_| {
///     Some(Ok(Response::new(http::StatusCode::OK, headers.clone())))
/// });
/// assert_eq!(explanation.verdict, Verdict::Blocked);
/// let firefox = explanation.engines.iter().find(|other| other.engine == Engine::Firefox).unwrap();
/// assert_eq!(firefox.sentence, "Firefox allows this; the standard blocks it");
/// assert_eq!(firefox.quirks, [Quirk::WildcardCoversAuthorization]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EngineDifference {
    /// The engine.
    #[cfg_attr(feature = "cases", serde(serialize_with = "name"))]
    pub engine: Engine,
    /// The verdict of the engine.
    pub verdict: Verdict,
    /// The failure, if the fetch fails in the engine.
    #[cfg_attr(feature = "cases", serde(serialize_with = "code"))]
    pub failure: Option<Failure>,
    /// The verdict of the standard.
    pub standard: Verdict,
    /// The verdict of the engine and the verdict of the standard in one sentence.
    pub sentence: String,
    /// The quirks (differences from the standard) that cause the verdict of the engine.
    #[cfg_attr(feature = "cases", serde(serialize_with = "sentences"))]
    pub quirks: Vec<Quirk>,
}

#[cfg(feature = "cases")]
fn name<S: serde::Serializer>(engine: &Engine, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(engine.name())
}

#[cfg(feature = "cases")]
fn code<S: serde::Serializer>(failure: &Option<Failure>, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&failure.map(Failure::code), serializer)
}

#[cfg(feature = "cases")]
fn sentences<S: serde::Serializer>(quirks: &[Quirk], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(serde::Serialize)]
    struct Sentences {
        name: &'static str,
        standard: &'static str,
        engine: &'static str,
    }
    serializer.collect_seq(quirks.iter().map(|quirk| Sentences {
        name: quirk.name(),
        standard: quirk.standard(),
        engine: quirk.engine(),
    }))
}

/// A verdict, with the failure if the fetch is blocked. `None` if an answer is not known that decides whether the verdict
/// differs from the standard.
type Judged = Option<(Verdict, Option<Failure>)>;

/// Returns the engines whose verdict or failure differs from the standard. If the standard refuses a known answer, and an
/// engine accepts this answer but then sends a request whose answer is not known, the verdict of the engine is
/// [`Verdict::Undecided`].
pub(super) fn differences(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    exchanges: &[RunExchange],
) -> Vec<EngineDifference> {
    let judge = |quirks| {
        let mut user_agent = user_agent.clone();
        user_agent.quirks = quirks;
        replay(user_agent, request.clone(), now, exchanges)
    };
    let spec = judge(QuirkSet::EMPTY);
    let Some((standard, _)) = spec else {
        return Vec::new();
    };
    // A request that follows a success decides nothing as long as its answer is not known.
    let judge = |quirks| {
        let judged = judge(quirks);
        judged.filter(|(verdict, _)| standard == Verdict::Blocked || *verdict != Verdict::Undecided)
    };
    let differing = Engine::RECORDED
        .into_iter()
        .filter(|engine| !are_equal(&judge(engine.quirks()), &spec));
    let attributed = differing.flat_map(|engine| {
        let runs = Runs {
            quirks: engine.quirks(),
            run: |quirks| Vec::from([judge(quirks)]),
            are_equal,
        };
        let attributed = runs.attributed().into_iter();
        attributed.filter_map(move |(judged, quirks)| {
            let (verdict, failure) = judged?;
            Some(EngineDifference {
                engine,
                verdict,
                failure,
                standard,
                sentence: sentence(&[engine], verdict, failure, standard),
                quirks,
            })
        })
    });
    attributed.collect()
}

/// Whether two results have the same verdict and the same failure. A result that is not known counts as equal to every
/// result.
fn are_equal(a: &Judged, b: &Judged) -> bool {
    a.is_none() || b.is_none() || a == b
}

/// Runs the fetch with the answers of the exchanges, and returns the verdict. Each answer is used for one request only.
fn replay(
    mut user_agent: UserAgent,
    request: Request,
    now: Duration,
    exchanges: &[RunExchange],
) -> Judged {
    let mut unused: Vec<&RunExchange> = exchanges.iter().collect();
    let mut progress = start(&mut user_agent, request, now);
    loop {
        match progress {
            Progress::Waiting(waiting) => {
                let asked = waiting.http_request();
                let known = unused
                    .iter()
                    .position(|exchange| exchange.is_known && are_same(&exchange.request, asked));
                let Some(position) = known else {
                    // The standard sends only the requests with `was_sent`. If all their answers are used, the engine
                    // continues a fetch that ends in the standard.
                    let is_continued = unused.iter().all(|exchange| !exchange.was_sent);
                    return is_continued.then_some((Verdict::Undecided, None));
                };
                let exchange = unused.remove(position);
                progress = waiting.answer(&mut user_agent, now, exchange.answer.clone());
            }
            Progress::Done(Ok(response)) if is_opaque(&response) => {
                return Some((Verdict::Opaque, None));
            }
            Progress::Done(Ok(_)) => return Some((Verdict::Readable, None)),
            Progress::Done(Err(error)) => return Some((Verdict::Blocked, Some(error.failure()))),
        }
    }
}

/// Whether a server is assumed to send the same answer to both requests. The answer often depends on the origin, so the
/// result is false for requests with different origins.
fn are_same(a: &HttpRequest, b: &HttpRequest) -> bool {
    a.is_preflight() == b.is_preflight()
        && a.method == b.method
        && a.url == b.url
        && a.header_list.get("origin") == b.header_list.get("origin")
}

/// Groups the engines that have the same verdict because of the same quirks, and returns one paragraph for each group.
/// A paragraph compares the verdict of the group with the verdict of the standard. The paragraph also describes and
/// names the quirks.
pub(super) fn paragraphs(differences: &[EngineDifference]) -> Vec<String> {
    let mut rest: Vec<&EngineDifference> = differences.iter().collect();
    let mut paragraphs = Vec::new();
    while let Some(&first) = rest.first() {
        let (same, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|other| {
            (other.verdict, other.failure, &other.quirks)
                == (first.verdict, first.failure, &first.quirks)
        });
        rest = others;
        let engines: Vec<Engine> = same.iter().map(|other| other.engine).collect();
        let verdict = sentence(&engines, first.verdict, first.failure, first.standard);
        let quirks = first.quirks.iter().map(|quirk| {
            let engine = quirk.engine();
            let engine = engine.strip_suffix('.').unwrap_or(engine);
            format!("{engine} ({})", quirk.name())
        });
        let quirks: Vec<String> = quirks.collect();
        paragraphs.push(format!("{verdict}: {}", quirks.join("; ")));
    }
    paragraphs
}

/// Returns the sentence that names the engines that allow the fetch. `None` if the standard allows the fetch, or if all
/// engines block it.
pub(super) fn sentence_of_allowing(
    verdict: Verdict,
    differences: &[EngineDifference],
) -> Option<String> {
    let allows = |other: &&EngineDifference| {
        other.standard == Verdict::Blocked && other.verdict != Verdict::Blocked
    };
    let allowing = differences.iter().filter(allows).map(|other| other.engine);
    let engines: Vec<Engine> = allowing.collect();
    if engines.is_empty() || verdict != Verdict::Blocked {
        return None;
    }
    let (names, ending) = names(&engines);
    let does = if ending.is_empty() { "do" } else { "does" };
    let other_reason = if engines.len() == Engine::RECORDED.len() {
        ". If your browser blocks the fetch, look for another reason"
    } else {
        ""
    };
    Some(format!(
        "but {names} {does} not block the fetch for this reason: the difference from the standard is below{other_reason}"
    ))
}

/// Returns the names of the engines as a subject, and the ending of its verb.
fn names(engines: &[Engine]) -> (String, &'static str) {
    let names: Vec<&str> = engines.iter().copied().map(Engine::title).collect();
    match names.as_slice() {
        [name] => (String::from(*name), "s"),
        [others @ .., last] => (format!("{} and {last}", others.join(", ")), ""),
        [] => (String::new(), ""),
    }
}

/// Returns a sentence that compares the verdict of the engines with the verdict of the standard.
fn sentence(
    engines: &[Engine],
    verdict: Verdict,
    failure: Option<Failure>,
    standard: Verdict,
) -> String {
    let (names, ending) = names(engines);
    let by_standard = match standard {
        Verdict::Readable => "the standard allows it",
        Verdict::Opaque => "the standard hides the response",
        _ => "the standard blocks it",
    };
    let by_engines = match verdict {
        Verdict::Readable => format!("allow{ending} this"),
        Verdict::Opaque => format!("hide{ending} the response"),
        Verdict::Undecided => {
            format!("allow{ending} this, and send{ending} a request whose answer is not known")
        }
        Verdict::Blocked => match failure {
            Some(failure) if standard == Verdict::Blocked => {
                let code = failure.code();
                return format!("{names} block{ending} this too, but with the failure `{code}`");
            }
            _ => format!("block{ending} this"),
        },
    };
    format!("{names} {by_engines}; {by_standard}")
}
