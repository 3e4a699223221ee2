//! The properties of the explanation of each fetch.

use std::time::Duration;

use fetch_cors::{
    Failure, FetchError,
    cases::{Case, FetchCall},
    explain::{
        AlternativeFix, Edit, ExplainedAnswer, Explanation, Fix, HtmlPage, PageChange, Verdict,
        explain,
    },
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{request::Request, response::Response, url::without_fragment_and_userinfo},
    outcome::Outcome,
};

use crate::{
    printed_lines::{printed_edits, printed_edits_of_alternative},
    server::Server,
};

/// The maximum number of edits that the check leaves out. Each run leaves out one edit.
const MAX_LEFT_OUT: usize = 24;

/// Explains each fetch of the case, and checks each explanation.
pub(crate) fn check(case: &Case<'_>) -> Result<Vec<Explanation>, String> {
    let mut user_agent = UserAgent::new();
    let mut server = Server::new(&case.server);
    let mut explanations = Vec::new();
    for fetch in &case.fetches {
        let FetchCall { at, origin, call } = fetch;
        let mut answers = server.clone();
        let mut answered = Vec::new();
        let explanation = explain(&user_agent, origin, call, *at, |request| {
            let answer = answers.answer(request);
            answered.push((request.clone(), answer.clone()));
            Some(answer)
        });
        let user_agent_before = user_agent.clone();
        let mut before = (user_agent.clone(), server.clone());
        let request = call.clone().into_request(origin.clone());
        let outcome = Outcome::fetch(&mut user_agent, request.clone(), *at, |request| {
            server.answer(request)
        });
        verdict_is_the_outcome(&explanation, &outcome)?;
        text_is_plain(&explanation)?;
        page_is_escaped(&explanation)?;
        if let Ok(request) = request {
            let run = |edits: &[Vec<Edit>]| {
                let (mut user_agent, mut server) = before.clone();
                run(&mut user_agent, &mut server, request.clone(), *at, edits)
            };
            let run_edited = |page: &[PageChange], edited: &[Edited<'_>]| {
                let mut request = request.clone();
                PageChange::apply_all(page, &mut request);
                let user_agent = user_agent_before.clone();
                run_changed(user_agent, request, *at, edited, &answered, &answers)
            };
            let run_changed = |page: &[PageChange], edits: &[Vec<Edit>]| {
                let exchanges = explanation.exchanges.iter().zip(edits);
                let edited = exchanges.map(|(exchange, edits)| Edited {
                    is_preflight: exchange.is_preflight,
                    url: &exchange.url,
                    edits,
                });
                run_edited(page, &edited.collect::<Vec<_>>())
            };
            for alternative in &explanation.alternatives {
                let printed = printed_edits_of_alternative(&explanation, alternative)?;
                alternative_is_smallest(alternative, &printed, run_edited)?;
            }
            match &explanation.fix {
                Fix::Answers { page, .. } if !page.is_empty() => {
                    fix_of_page_is_smallest(&explanation, page, run_changed)?;
                }
                _ => fix_is_smallest(&explanation, run)?,
            }
        } else if !matches!(explanation.fix, Fix::Page { .. }) {
            return Err(format!(
                "a call that throws has the fix {:?}",
                explanation.fix
            ));
        }
        before.1 = server.clone();
        explanations.push(explanation);
    }
    Ok(explanations)
}

/// Runs the fetch. The answer to the request at each position gets the edits of that position.
fn run(
    user_agent: &mut UserAgent,
    server: &mut Server,
    request: Request,
    at: Duration,
    edits: &[Vec<Edit>],
) -> Result<(), FetchError> {
    let mut position = 0;
    let outcome = Outcome::fetch(user_agent, Ok(request), at, |request| {
        let mut answer: Result<Response, ConnectionError> = server.answer(request);
        for edit in edits.get(position).into_iter().flatten() {
            edit.apply(&mut answer);
        }
        position += 1;
        answer
    });
    outcome.result.map(|_| ())
}

/// The edits of the answer to a request.
struct Edited<'e> {
    is_preflight: bool,
    url: &'e str,
    edits: &'e [Edit],
}

/// Whether the fetch succeeds with the alternative fix, also with the edits `printed` of its printed lines, and whether the fetch fails if any change is left out.
fn alternative_is_smallest(
    alternative: &AlternativeFix,
    printed: &[Vec<Edit>],
    run: impl Fn(&[PageChange], &[Edited<'_>]) -> Result<(), FetchError>,
) -> Result<(), String> {
    let AlternativeFix { page, answers, .. } = alternative;
    let run = |page: &[PageChange], edits: &[Vec<Edit>]| {
        let edited = answers.iter().zip(edits).map(|(answer, edits)| Edited {
            is_preflight: answer.is_preflight,
            url: &answer.url,
            edits,
        });
        run(page, &edited.collect::<Vec<_>>())
    };
    let edits: Vec<Vec<Edit>> = answers.iter().map(|answer| answer.edits.clone()).collect();
    if let Err(error) = run(page, &edits) {
        return Err(format!("{error} after {alternative:?}"));
    }
    if let Err(error) = run(page, printed) {
        return Err(format!("{error} after the printed {alternative:?}"));
    }
    let all = edits.iter().enumerate();
    let positions =
        all.flat_map(|(answer, edits)| (0..edits.len()).map(move |edit| (answer, edit)));
    for (answer, edit) in positions.take(MAX_LEFT_OUT) {
        for narrower in narrower(&edits, answer, edit) {
            if run(page, &narrower).is_ok() {
                return Err(format!(
                    "{narrower:?} is enough in place of {alternative:?}"
                ));
            }
        }
    }
    for position in 0..page.len() {
        let mut narrower = page.clone();
        let left_out = narrower.remove(position);
        if run(&narrower, &edits).is_ok() {
            return Err(format!("{left_out:?} can be left out of {alternative:?}"));
        }
    }
    Ok(())
}

/// Runs the fetch of a changed page. A request gets the next unused answer to a request of the same kind with the same
/// URL. If there is no such answer, `server` answers. The answer has the edits of the next unused exchange of this kind
/// with this URL.
fn run_changed(
    mut user_agent: UserAgent,
    request: Request,
    at: Duration,
    edited: &[Edited<'_>],
    answered: &[(HttpRequest, Result<Response, ConnectionError>)],
    server: &Server,
) -> Result<(), FetchError> {
    let mut answered: Vec<_> = answered.iter().collect();
    let mut server = server.clone();
    let mut edited: Vec<_> = edited.iter().collect();
    let outcome = Outcome::fetch(&mut user_agent, Ok(request), at, |request| {
        let is_preflight = request.is_preflight();
        let url = without_fragment_and_userinfo(&request.url);
        let known = answered.iter().position(|(other, _)| {
            other.is_preflight() == is_preflight && other.url == request.url
        });
        let known = known.map(|position| answered.remove(position).1.clone());
        let mut answer = known.unwrap_or_else(|| server.answer(request));
        let exchange = edited
            .iter()
            .position(|other| other.is_preflight == is_preflight && other.url == url);
        let edits = exchange.map(|position| edited.remove(position).edits);
        for edit in edits.into_iter().flatten() {
            edit.apply(&mut answer);
        }
        answer
    });
    outcome.result.map(|_| ())
}

/// Whether the fetch of the changed page succeeds with the edits, and whether the fetch fails if any change or edit is
/// left out.
fn fix_of_page_is_smallest(
    explanation: &Explanation,
    page: &[PageChange],
    run: impl Fn(&[PageChange], &[Vec<Edit>]) -> Result<(), FetchError>,
) -> Result<(), String> {
    fix_is_smallest(explanation, |edits| run(page, edits))?;
    let edits = edits_of(explanation);
    for position in 0..page.len().min(MAX_LEFT_OUT) {
        let mut narrower = page.to_vec();
        let left_out = narrower.remove(position);
        if run(&narrower, &edits).is_ok() {
            return Err(format!("{left_out:?} can be left out of {explanation:?}"));
        }
    }
    Ok(())
}

/// Returns the edits of each exchange.
fn edits_of(explanation: &Explanation) -> Vec<Vec<Edit>> {
    let mut edits = vec![Vec::new(); explanation.exchanges.len()];
    for answer in explanation.fix.answers() {
        edits[answer.exchange].clone_from(&answer.edits);
    }
    edits
}

fn verdict_is_the_outcome(explanation: &Explanation, outcome: &Outcome) -> Result<(), String> {
    let first = explanation.refusals.first();
    let is_equal = match &outcome.result {
        Ok(response) => {
            let is_opaque = response.status() == 0;
            let expected = if is_opaque {
                Verdict::Opaque
            } else {
                Verdict::Readable
            };
            explanation.verdict == expected && first.is_none()
        }
        // The crate does not judge `data:` and `blob:` URLs.
        Err(error) if error.failure() == Failure::UnsupportedScheme => {
            first.is_none_or(|first| first.failure == error.failure())
        }
        Err(error) => {
            explanation.verdict == Verdict::Blocked
                && first.is_some_and(|first| {
                    (first.failure, first.step, first.anchor)
                        == (error.failure(), error.step(), error.anchor())
                })
        }
    };
    let sent = explanation
        .exchanges
        .iter()
        .filter(|exchange| exchange.was_sent);
    // If the page has to fetch another URL, the answers of this URL are not known.
    let has_unknown = explanation
        .exchanges
        .iter()
        .any(|exchange| exchange.was_sent && exchange.answer == ExplainedAnswer::Unknown);
    if !is_equal || sent.count() != outcome.requests.len() || has_unknown {
        return Err(format!("{outcome:?} is explained as {explanation:?}"));
    }
    Ok(())
}

/// Whether the text has only printable ASCII characters and line breaks, and prose fits 80 columns.
fn text_is_plain(explanation: &Explanation) -> Result<(), String> {
    let text = explanation.to_string();
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (word, plain) in [
        ("preflight", "A preflight is the OPTIONS request"),
        ("safelisted", "Browsers send safelisted methods and headers"),
    ] {
        // The code of a failure, such as `method-not-no-cors-safelisted`, is not a technical word.
        let words = format!(" {word}");
        let mut texts = joined.split('`').step_by(2);
        let is_used = texts.any(|text| text.contains(&words));
        if is_used && !joined.contains(plain) {
            return Err(format!("no plain words for {word} in {text}"));
        }
    }
    match text.chars().find(|c| !matches!(c, ' '..='~' | '\n')) {
        Some(character) => Err(format!("{character:?} in {text}")),
        None => Ok(()),
    }
}

/// The elements of the page.
const ELEMENTS: &[&str] = &[
    "a", "article", "b", "br", "code", "del", "details", "div", "h1", "h2", "h3", "h4", "ins",
    "li", "main", "nav", "ol", "p", "pre", "span", "strong", "summary", "ul",
];

/// The attributes of elements of the page.
const ATTRIBUTES: &[&str] = &[
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "class",
    "href",
    "id",
    "role",
];

/// Text that breaks a page if the page does not escape it.
pub(crate) const MARKUP: &str = "a</code></li><script src=\"b\">'&lt;<!--";

/// Returns the explanation with markup in each text.
fn with_markup(explanation: &Explanation) -> Explanation {
    fn mark(text: &mut String) {
        text.push_str(MARKUP);
    }
    fn mark_pairs(pairs: &mut [(String, String)]) {
        pairs.iter_mut().for_each(|(name, value)| {
            mark(name);
            mark(value);
        });
    }
    let mut marked = explanation.clone();
    mark(&mut marked.headline);
    let asked = &mut marked.asked;
    [&mut asked.origin, &mut asked.method, &mut asked.url]
        .into_iter()
        .for_each(mark);
    mark_pairs(&mut asked.headers);
    marked.preflight.iter_mut().for_each(mark);
    for exchange in &mut marked.exchanges {
        [&mut exchange.method, &mut exchange.url, &mut exchange.curl]
            .into_iter()
            .for_each(mark);
        mark_pairs(&mut exchange.headers);
        if let ExplainedAnswer::Response { headers, .. } = &mut exchange.answer {
            mark_pairs(headers);
        }
    }
    for refusal in &mut marked.refusals {
        mark(&mut refusal.sentence);
        let misses = refusal.near_misses.iter_mut();
        misses.for_each(|miss| mark(&mut miss.sentence));
    }
    match &mut marked.fix {
        Fix::NotNeeded => {}
        Fix::Page { advice } | Fix::NotCors { advice } => mark(advice),
        Fix::LoginPage {
            url,
            sentence,
            advice,
            ..
        } => [url, sentence, advice].into_iter().for_each(mark),
        Fix::Answers {
            safer,
            page,
            answers,
        } => {
            safer.iter_mut().for_each(mark);
            for change in page {
                match change {
                    PageChange::RemoveHeader { name: text }
                    | PageChange::SetMethod { before: text, .. }
                    | PageChange::SetUrl { after: text, .. } => mark(text),
                    _ => {}
                }
            }
            for header in answers.iter_mut().flat_map(|answer| &mut answer.headers) {
                mark(&mut header.name);
                header.renamed_from.iter_mut().for_each(mark);
                header
                    .before
                    .iter_mut()
                    .chain(&mut header.kept)
                    .chain(&mut header.after)
                    .for_each(mark);
            }
        }
    }
    for alternative in &mut marked.alternatives {
        for answer in &mut alternative.answers {
            [&mut answer.method, &mut answer.url]
                .into_iter()
                .for_each(mark);
            let headers = answer.headers.iter_mut();
            headers.for_each(|header| mark(&mut header.name));
        }
    }
    marked.notes.push(MARKUP.into());
    for caution in &mut marked.cautions {
        mark(&mut caution.sentence);
        mark(&mut caution.safer);
    }
    marked
        .hidden
        .iter_mut()
        .for_each(|hidden| mark(&mut hidden.name));
    marked
        .engines
        .iter_mut()
        .for_each(|engine| mark(&mut engine.sentence));
    marked
}

/// Whether the page of the explanation is well formed, even with markup in each text.
fn page_is_escaped(explanation: &Explanation) -> Result<(), String> {
    let marked = with_markup(explanation);
    let equal = [MARKUP.into()];
    for explanation in [explanation, &marked] {
        let page = HtmlPage::new("<title>")
            .with_fetch("\"<heading>'", explanation)
            .with_alternative(MARKUP, explanation)
            .with_equal_fetches(&equal);
        is_well_formed(&page)?;
        let page = page.to_string();
        let (_, body) = page.split_once("<body>").unwrap_or_default();
        if !body.chars().all(|c| matches!(c, ' '..='~' | '\n')) {
            return Err(format!("a character that is not printable in {page}"));
        }
    }
    Ok(())
}

/// Whether the page has only the elements and attributes that the crate writes, and each element has an end.
pub(crate) fn is_well_formed(page: &HtmlPage<'_>) -> Result<(), String> {
    let page = page.to_string();
    let error = |what: &str| Err(format!("{what} in {page}"));
    let body = page
        .split_once("<body>")
        .and_then(|(_, rest)| rest.split_once("</body>"));
    let Some((body, _)) = body else {
        return error("no body");
    };
    let mut open = Vec::new();
    for part in body.split('<').skip(1) {
        let Some((tag, text)) = part.split_once('>') else {
            return error("a tag without end");
        };
        if text.contains('>') {
            return error("a tag without start");
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        match name.strip_prefix('/') {
            Some(name) if open.pop() == Some(name) => continue,
            Some(_) => return error(tag),
            None if !ELEMENTS.contains(&name) => return error(tag),
            None if name == "br" => {}
            None => open.push(name),
        }
        // Names and values alternate between quotation marks.
        let names = attributes.split('"').step_by(2).map(|name| name.trim());
        for name in names.filter(|name| !name.is_empty()) {
            if !ATTRIBUTES.contains(&name.trim_end_matches('=')) {
                return error(tag);
            }
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        error("an open element")
    }
}

/// Returns the edits without the edit at a position, and, if this edit changes several header lines, the edits in which one
/// of these lines stays.
fn narrower(edits: &[Vec<Edit>], answer: usize, edit: usize) -> Vec<Vec<Vec<Edit>>> {
    let mut without = edits.to_vec();
    let mut found = Vec::new();
    if let Edit::ReplaceLines { name, lines, value } = without[answer].remove(edit) {
        for position in 0..lines.len().min(MAX_LEFT_OUT) {
            let (mut narrower, mut lines) = (edits.to_vec(), lines.clone());
            lines.remove(position);
            let value = value.clone();
            narrower[answer][edit] = Edit::ReplaceLines { name, lines, value };
            found.push(narrower);
        }
    }
    found.push(without);
    found
}

/// Whether the fix makes the fetch succeed, and whether the fetch fails if any edit or a part of an edit is left out.
fn fix_is_smallest(
    explanation: &Explanation,
    run: impl Fn(&[Vec<Edit>]) -> Result<(), FetchError>,
) -> Result<(), String> {
    let answers = match &explanation.fix {
        Fix::Answers { answers, .. } => answers,
        Fix::LoginPage { answers, .. } if !answers.is_empty() => answers,
        Fix::NotNeeded if explanation.verdict != Verdict::Readable => {
            return Err(format!("no fix for {explanation:?}"));
        }
        Fix::NotNeeded => return Ok(()),
        // Only two kinds of fetches need a change of the page: no request was sent, or the response is opaque. For any
        // other fetch, a changed answer of the server is a fix.
        Fix::Page { .. }
            if explanation.exchanges.is_empty() || explanation.verdict == Verdict::Opaque =>
        {
            return Ok(());
        }
        // The status 407 is about a proxy of the user.
        Fix::NotCors { .. }
            if explanation.refusals.last().map(|last| last.failure)
                == Some(Failure::ProxyAuthenticationRequired) =>
        {
            return Ok(());
        }
        Fix::Page { advice } | Fix::LoginPage { advice, .. } | Fix::NotCors { advice } => {
            return Err(format!("{advice} for {explanation:?}"));
        }
    };
    let edits = edits_of(explanation);
    if let Err(error) = run(&edits) {
        return Err(format!("{error} after the fix {answers:?}"));
    }
    if let Err(error) = run(&printed_edits(explanation)?) {
        return Err(format!("{error} after the printed fix {answers:?}"));
    }
    let all = edits.iter().enumerate();
    let positions =
        all.flat_map(|(answer, edits)| (0..edits.len()).map(move |edit| (answer, edit)));
    for (answer, edit) in positions.take(MAX_LEFT_OUT) {
        for narrower in narrower(&edits, answer, edit) {
            if run(&narrower).is_ok() {
                return Err(format!("{narrower:?} is enough in place of {answers:?}"));
            }
        }
    }
    Ok(())
}
