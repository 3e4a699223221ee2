//! `fetch-cors explain`: explains why a fetch is blocked, and what fixes it.

mod answers;
mod arguments;
mod asides;
mod call;
mod cases;
mod console;
mod evidence;
mod page;
mod painted;
mod recording;
mod values;

use std::path::Path;

use self::{
    answers::Answers,
    arguments::{
        options_of_a_fetch, refuse_options_of_a_fetch, refuse_options_of_a_recording,
        refuse_options_that_a_recording_shows,
    },
    asides::Asides,
    call::GivenCall,
    evidence::{Form, form},
    page::Entries,
    painted::painted,
};
pub(crate) use self::{
    arguments::{Arguments, Credentials, EXAMPLES},
    cases::explain_cases,
};
use crate::{
    Verdict, html_file,
    input::{Input, refuse_two_standard_inputs},
    output::{Output, Stop},
    source::Source,
};
use fetch_cors::{
    browser::UserAgent,
    engine::Engine,
    explain::{Explanation, Verdict as FetchVerdict},
    server::PublicSuffixList,
};

/// The error if the user gives no input.
const NOTHING_TO_EXPLAIN: &str = "nothing to explain: give a console message, a HAR file, a file with cases or `--origin` and `--url`, or pipe the text into `fetch-cors explain -`; try `--help`";

pub(crate) fn explain(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    html_file::refuse_input(arguments.html.as_deref(), arguments.inputs())?;
    if let Some(file) = &arguments.case {
        refuse_options_of_a_recording(arguments)?;
        let input = Input::open(file)?;
        return explain_input(input, arguments, output);
    }
    if let Some(evidence) = &arguments.evidence {
        return explain_evidence(evidence, arguments, output);
    }
    if let (Some(preflight), Some(response)) = (&arguments.preflight, &arguments.response) {
        refuse_two_standard_inputs([preflight, response])?;
    }
    let files = [&arguments.preflight, &arguments.response];
    for file in files.into_iter().flatten() {
        values::refuse_word_for_file(file)?;
    }
    let response = arguments
        .response
        .as_deref()
        .map(Source::open)
        .transpose()?;
    explain_fetch(arguments, response, output)
}

/// Explains the fetch that the options describe.
fn explain_fetch(
    arguments: &Arguments,
    response: Option<Source>,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    refuse_options_of_a_recording(arguments)?;
    let (Some(origin), Some(url)) = (&arguments.origin, &arguments.url) else {
        let reason = match options_of_a_fetch(arguments) {
            Some(option) => format!(
                "{option} describes a fetch: add `--origin ORIGIN --url URL`, the origin of the page and the URL of the request"
            ),
            None => NOTHING_TO_EXPLAIN.into(),
        };
        return Err(Stop::CannotRun(reason));
    };
    let mut asides = Asides::default();
    asides.add(call::note_of_unchecked_rules(url));
    let mut answers = Answers::read(arguments.preflight.as_deref(), response)?;
    let input = answers.input_without_request().filter(|_| !arguments.json);
    if input.is_some() && arguments.method.is_none() {
        asides.add([format!(
            "the response is judged as the response to a {} request: add `-X METHOD` for another method",
            call::method_or_default(arguments)
        )]);
    }
    let input = input.map(String::from);
    let mut user_agent = UserAgent::of_engine(arguments.engine);
    user_agent.public_suffixes = std::sync::Arc::new(PublicSuffixList);
    let preflight = answers.first_preflight()?;
    let request = answers.first_request(arguments.method.as_deref());
    let call = GivenCall::new(
        arguments,
        &user_agent,
        origin,
        url,
        preflight.as_ref(),
        request.as_ref(),
    );
    let unused = answers.clone();
    let cut = answers.cut_responses();
    let mut explanation = call.explained(&user_agent, origin, |request| answers.next(request));
    let pasted = unused.of_exchanges(&explanation.exchanges);
    let pasted = |position: usize| pasted.get(position).copied().flatten();
    explanation.not_recorded.extend(cut);
    explanation.set_pasted_requests(|position| {
        let request = pasted(position)?.request.as_ref()?;
        Some(&request.header_list)
    });
    explanation.set_response_bodies(|position| {
        let response = pasted(position)?;
        let texts = [&*response.reason, &*response.body_start].into_iter();
        Some(
            texts
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n"),
        )
    });
    let shows_credentials = unused.show_credentials();
    let credentialed =
        headline_with_credentials(arguments, &user_agent, &call, &explanation, unused);
    if let Some(headline) = credentialed {
        if shows_credentials {
            explanation.notes.push(format!(
                "if the page sends cookies (`--credentials include`): {headline}"
            ));
        } else if !arguments.json && explanation.verdict != FetchVerdict::Blocked {
            asides.add([
                "the program assumes that the page sends no cookies to another origin: add `--credentials include` if the page sends cookies",
            ]);
        }
    }
    let (preflight_file, response_file) = answer_files(arguments);
    explanation.set_answer_files(preflight_file, response_file);
    let has_preflight = explanation
        .exchanges
        .iter()
        .any(|exchange| exchange.is_preflight);
    if let Some(input) = input.filter(|_| has_preflight && !answers.has_preflight_answer()) {
        asides.add([format!(
            "{input} is judged as the response to {}: if it is the response to OPTIONS, give it with `--preflight`",
            explanation.asked.method
        )]);
    }
    answers.warn_of_used(&explanation, &mut asides);
    answers.warn_of_unused(has_preflight, &mut asides);
    let rows_above = asides.print(output.width());
    if arguments.json {
        output.json(&explanation)?;
    } else if let Some(path) = &arguments.html {
        let asked = &explanation.asked;
        let heading = format!("{} {}", asked.method, asked.url);
        let title = format!("A fetch of {}", asked.origin);
        let mut entries = Entries::default();
        entries.fetch(heading, explanation);
        entries.write(&title, path, output)?;
    } else {
        print_explanation(&explanation, rows_above, output)?;
    }
    Ok(Verdict::Passed)
}

/// Returns the headline of the same fetch with `--credentials include`. `None` if the headline is the same, or if the
/// user chose the credentials mode.
fn headline_with_credentials(
    arguments: &Arguments,
    user_agent: &UserAgent,
    call: &GivenCall<'_>,
    explanation: &Explanation,
    mut answers: Answers,
) -> Option<String> {
    let origin = arguments.origin.as_ref()?;
    if arguments.credentials.is_some() {
        return None;
    }
    let credentialed = call
        .with_credentials()
        .explained(user_agent, origin, |request| answers.next_quietly(request));
    let headline = credentialed.headline;
    (headline != explanation.headline).then_some(headline)
}

/// Returns the names of the files with the responses. The standard input has no name.
fn answer_files(arguments: &Arguments) -> (Option<String>, Option<String>) {
    let name = |path: Option<&Path>| {
        let name = path?.to_str().filter(|name| *name != "-");
        name.map(String::from)
    };
    let evidence = arguments.evidence.as_deref().map(Path::new);
    (
        name(arguments.preflight.as_deref()),
        name(arguments.response.as_deref().or(evidence)),
    )
}

/// Explains a message, a file of any form, or the standard input.
fn explain_evidence(
    evidence: &str,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let path = Path::new(evidence);
    let is_named_as_recording = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("har"));
    if evidence != "-" && !is_named_as_recording && !path.exists() {
        refuse_options_of_a_recording(arguments)?;
        if arguments.origin.is_some() && !evidence.contains(char::is_whitespace) {
            // A console message has several words, so this is the name of a file. The error names the file.
            Source::open(path)?;
        }
        refuse_options_of_a_fetch(arguments, "a console message")?;
        let messages = console::messages_of_argument(evidence)?;
        return explain_messages(messages, arguments, output);
    }
    if let Some(preflight) = &arguments.preflight {
        refuse_two_standard_inputs([preflight, &path.to_path_buf()])?;
    }
    let source = Source::open(path)?;
    let form = match form(source.beginning()) {
        // The name of the file ends with `.har`, so the file is treated as a recording.
        Form::Messages if is_named_as_recording => Form::Recording,
        form => form,
    };
    if form != Form::Recording {
        refuse_options_of_a_recording(arguments)?;
    }
    match form {
        Form::Responses if arguments.origin.is_some() => {
            explain_fetch(arguments, Some(source), output)
        }
        Form::Responses => Err(Stop::CannotRun(format!(
            "{} is an HTTP response, which does not say which page fetched which URL: add `--origin ORIGIN --url URL`, the origin of the page and the URL of the request",
            source.name()
        ))),
        Form::Other(kind) => Err(Stop::CannotRun(kind.message_for(source.name()))),
        Form::Recording => {
            refuse_options_that_a_recording_shows(arguments)?;
            recording::explain_recording(arguments, source, path, output)
        }
        Form::Cases => {
            refuse_options_of_a_fetch(arguments, "a case")?;
            explain_input(source.into_input(), arguments, output)
        }
        Form::Messages => {
            refuse_options_of_a_fetch(arguments, "the text of a console")?;
            let messages = console::messages_of_source(source)?;
            explain_messages(messages, arguments, output)
        }
    }
}

fn explain_input(
    input: Input,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    explain_cases(
        input,
        arguments.engine,
        arguments.json,
        arguments.html.as_deref(),
        output,
    )
}

fn explain_messages(
    messages: console::Messages,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    if arguments.engine != Engine::Spec {
        let reason = "`--engine` explains fetches, and a console message is not a fetch: leave `--engine` out, or use `--url`, `--case` or a HAR file";
        return Err(Stop::CannotRun(reason.into()));
    }
    console::explain_messages(messages, arguments, output)
}

/// Prints an explanation below a number of rows.
fn print_explanation(
    explanation: &Explanation,
    rows_above: usize,
    output: &mut Output,
) -> Result<(), Stop> {
    let (summary, details) = (explanation.summary_below(rows_above), explanation.details());
    let width = output.width();
    let text = width.text(&summary) + &width.text(&details);
    print(&text, explanation.verdict, output)
}

/// Prints an explanation, or a part of an explanation. Prints colors if the terminal shows colors. `verdict` selects
/// the color of the first line.
fn print(text: &str, verdict: FetchVerdict, output: &mut Output) -> Result<(), Stop> {
    let text = text.trim_end();
    if output.has_colors() {
        output.text(painted(text, verdict))
    } else {
        output.text(text)
    }
}
