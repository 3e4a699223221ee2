//! The forms of the messages: the tables of the notes, and a message of each form.

use super::*;

fn page(path: &str) -> Result<String, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Ok(fs::read_to_string(path)?)
}

/// Returns the rows of the tables in `spec-notes/console.md`.
fn rows() -> Vec<String> {
    let forms = ConsoleForm::all().iter();
    forms
        .map(|form| {
            let browser = form.browser().map_or("several", Browser::as_str);
            let failures: Vec<_> = form
                .failures()
                .iter()
                .map(|failure| format!("`{failure}`"))
                .collect();
            let failures = if failures.is_empty() {
                "–".to_owned()
            } else {
                failures.join(", ")
            };
            format!("| {browser} | `` {} `` | {failures} |", form.template())
        })
        .collect()
}

#[test]
fn notes_list_the_messages_in_order() -> Outcome {
    let page = page("spec-notes/console.md")?;
    let found: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("`` "))
        .collect();
    assert_eq!(found, rows(), "the table must be:\n{}", rows().join("\n"));
    Ok(())
}

#[test]
fn notes_list_the_meanings_and_warnings() -> Outcome {
    let page = page("spec-notes/console.md")?;
    let mut expected = Vec::new();
    for form in ConsoleForm::all() {
        if let Some(caution) = form.caution() {
            let row = format!("| {} | {caution} |", form.meaning());
            if !expected.contains(&row) {
                expected.push(row);
            }
        }
    }
    let (_, table) = page.split_once("| meaning | ").ok_or("no table")?;
    let found: Vec<_> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    assert_eq!(
        found,
        expected,
        "the table must be:\n{}",
        expected.join("\n")
    );
    Ok(())
}

/// The page `cases.md` quotes words of the console message of each failure. These words occur in a message.
#[test]
fn words_of_the_format_page_are_in_the_messages() -> Outcome {
    let page = page("src/cases/format/cases.md")?;
    let mut checked = 0;
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<_> = row.split(" | ").collect();
        let [code, _, _, _, console] = columns[..] else {
            continue;
        };
        let Ok(failure) = code.trim_matches(['|', ' ', '`']).parse::<Failure>() else {
            continue;
        };
        let fragments = console.split('`').skip(1).step_by(2);
        for fragment in
            fragments.filter(|fragment| *fragment != "TypeError" && !fragment.starts_with('.'))
        {
            let has_words = |form: &ConsoleForm| {
                let mut rest = form.template();
                fragment
                    .split('…')
                    .all(|words| match rest.split_once(words) {
                        Some((_, behind)) => {
                            rest = behind;
                            true
                        }
                        None => false,
                    })
            };
            let check = failure
                .code()
                .trim_start_matches("preflight-")
                .parse::<Failure>();
            let is_meant = |form: &ConsoleForm| {
                form.failures().contains(&failure)
                    || check
                        .as_ref()
                        .is_ok_and(|check| form.failures().contains(check))
            };
            let mut forms = ConsoleForm::all().iter();
            let found = forms.any(|form| {
                form.browser() == Some(Browser::Chromium) && has_words(form) && is_meant(form)
            });
            assert!(found, "{code}: no message with {fragment:?}");
            checked += 1;
        }
    }
    assert!(checked > 35, "{checked}");
    Ok(())
}

/// Returns the value that stands in place of a placeholder.
pub(super) fn value_of(form: &ConsoleForm, name: &str) -> &'static str {
    match name {
        // A message about mixed content has a URL on http.
        "url" if form.failures() == [Failure::BlockedAsMixedContent] => "http://api.example/notes",
        "url" if form.failures() == [Failure::UnsupportedScheme] => "other:a",
        "url" | "from" => URL,
        // A list with one valid value and one invalid value.
        "value" | "list" => "https://b.example, a b",
        "page" => "https://app.example/a",
        "origin" => ORIGIN,
        "status" => "404",
        "kind" => "fetch",
        "method" => "PUT",
        "header" => "x-a",
        _ => "other",
    }
}

/// Returns the template with a value in place of each placeholder.
pub(super) fn filled(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = template.split('{');
    let mut line = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, text) = part.split_once('}').unwrap();
        line += &value(name);
        line += text;
    }
    line
}

/// Returns a message in this form, with a value in place of each placeholder.
pub(super) fn message_of(form: &ConsoleForm) -> String {
    filled(form.template(), |name| value_of(form, name).to_owned())
}

#[test]
fn each_form_is_found_first_in_its_own_message() {
    for form in ConsoleForm::all() {
        let message = parse(&message_of(form));
        assert_eq!(message.failures, form.failures(), "{}", form.template());
        assert!(!message.causes().is_empty() && !message.fix().is_empty());
        // The text is broken into lines, so the test compares words.
        let words: Vec<_> = message
            .to_string()
            .split_whitespace()
            .map(String::from)
            .collect();
        assert!(words.join(" ").contains(&message.meaning()));
    }
}

/// Each form with a message, and the meaning of the message. A change of a form changes this list.
#[test]
fn each_form_has_a_reviewed_message() {
    let shown = ConsoleForm::all().iter().map(|form| {
        let line = message_of(form);
        let line = if line.starts_with("(Reason: ") {
            format!("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. {line}")
        } else if line.contains("Access-Control-") && form.browser() == Some(Browser::Chromium) {
            chromium("fetch", &line)
        } else {
            line
        };
        let message = parse(&line);
        let codes: Vec<_> = message.failures.iter().map(|failure| failure.code()).collect();
        let browser = message.browser.map_or("several", Browser::as_str);
        format!(
            "{line}\n  {browser}: {}\n  url {}, origin {}\n  {}\n  fix: {}\n",
            codes.join(", "),
            message.url.as_deref().unwrap_or("-"),
            message.origin.as_deref().unwrap_or("-"),
            message.meaning(),
            message.fix(),
        )
    });
    let shown: Vec<_> = shown.collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("console-forms", shown.join("\n")));
}
