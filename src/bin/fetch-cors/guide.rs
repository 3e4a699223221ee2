//! `fetch-cors guide`: prints the guide pages, the pages about the formats, and the script `send.py`.

use fetch_cors::nearest_name::nearest_name;

use crate::{
    Verdict,
    output::{Output, Stop},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The page to print; without a page, the command prints the list of the pages.
    page: Option<String>,
}

/// The name, the subject and the text of a page.
struct Page(&'static str, &'static str, &'static str);

/// Creates pages from files of one folder. The name of a page is the name of its file, without `.md`.
macro_rules! pages {
    ($($folder:literal { $($name:literal $ending:literal $subject:literal;)+ })+) => {
        &[$($(Page($name, $subject, include_str!(concat!($folder, $name, $ending))),)+)+]
    };
}

const PAGES: &[Page] = pages! {
    "../../guide/" {
        "cors_in_ten_minutes" ".md" "CORS, from the beginning";
        "testing_your_middleware" ".md" "test a server or a middleware";
        "library_options" ".md" "the options of CORS libraries that fix a finding";
        "send.py" "" "the script that sends the requests of `probe`";
        "explaining_errors" ".md" "find out why a fetch is blocked";
        "glossary" ".md" "the technical words in the messages";
        "configuration" ".md" "policies in files and in the environment";
        "credentials" ".md" "allow cookies";
        "refusing_requests" ".md" "refuse requests from other sites";
        "logging_denials" ".md" "find out why requests are denied";
        "tenants_and_reloading" ".md" "one policy for each tenant; change a policy while the server runs";
        "adapters" ".md" "policies with hyper, AWS Lambda, poem, Rocket, salvo or warp";
        "without_tower" ".md" "policies without tower";
        "coming_from_tower_http" ".md" "replace the `CorsLayer` of tower-http";
        "coming_from_actix_cors" ".md" "replace actix-cors";
        "oracle_from_python" ".md" "a browser's verdict in Python";
        "oracle_from_node" ".md" "a browser's verdict in Node";
    }
    "../../cases/format/" {
        "cases" ".md" "the form of cases, which `run` reads";
        "policies" ".md" "the members of a policy";
        "sessions" ".md" "the lines of `session`";
        "exchanges" ".md" "the lines of `probe` and `judge`";
        "explanations" ".md" "the JSON of `explain`";
    }
    "../../../spec-notes/" {
        "engines" ".md" "how browser engines differ from the standard";
    }
};

pub(crate) fn guide(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let Some(wanted) = &arguments.page else {
        let width = PAGES.iter().map(|page| page.0.len()).max().unwrap_or(0);
        for Page(name, subject, _) in PAGES {
            output.text(format_args!("{name:<width$}  {subject}"))?;
        }
        return Ok(Verdict::Passed);
    };
    let name = wanted
        .strip_suffix(".md")
        .unwrap_or(wanted)
        .replace('-', "_");
    let Some(Page(_, _, text)) = PAGES.iter().find(|page| page.0 == name) else {
        let names: Vec<&str> = PAGES.iter().map(|page| page.0).collect();
        let advice = nearest_name(&name, &names).map_or_else(
            || String::from("run `fetch-cors guide` for the list"),
            |name| format!("write `{name}`"),
        );
        let wanted = wanted.escape_debug();
        return Err(Stop::CannotRun(format!(
            "no page has the name `{wanted}`: {advice}"
        )));
    };
    output.text(without_hidden_lines(text).trim_end())?;
    Ok(Verdict::Passed)
}

/// Removes the lines of Rust examples that rustdoc does not show either: these lines begin with `# `. A block of Rust has
/// no language.
fn without_hidden_lines(text: &str) -> String {
    let mut is_block = false;
    let mut is_rust = false;
    let lines = text.lines().filter(|line| {
        if let Some(language) = line.strip_prefix("```") {
            is_block = !is_block;
            is_rust = is_block && language.is_empty();
        }
        !(is_rust && (*line == "#" || line.starts_with("# ")))
    });
    lines.collect::<Vec<&str>>().join("\n")
}
