//! Reads the cases of a file. A file can have cases from any source, so each case is checked before a browser runs.

use std::{collections::HashMap, fs, path::Path};

use fetch_cors::cases;
use serde_json::Value;

use super::recordable;
use crate::case::Case;

/// Reads the cases of a file: a case or a vector in each line.
pub fn read(file: &Path) -> Result<Vec<Case>, String> {
    let name = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| format!("`--case {name}`: {error}: name a file with a case per line"))?;
    parse(&text).map_err(|error| format!("{name}: {error}"))
}

fn parse(text: &str) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    let mut lines: HashMap<String, usize> = HashMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let case = case(line).map_err(|error| format!("line {number}: {error}"))?;
        if let Some(first) = lines.insert(case.id.clone(), number) {
            return Err(format!(
                "line {number}: line {first} also has the id `{}`: the server finds the case of a request by the id, so give \
                 each case its own id, which is also the first part of its paths",
                case.id
            ));
        }
        cases.push(case);
    }
    if cases.is_empty() {
        return Err("the file has no cases: write a case per line".to_owned());
    }
    Ok(cases)
}

fn case(line: &str) -> Result<Case, String> {
    let value: Value = match serde_json::from_str(line) {
        Ok(value) => value,
        // The error message comes from the library's own parser of cases.
        Err(_) => {
            let error = cases::Case::parse(line).err();
            let error = error.map_or_else(String::new, |error| error.to_string());
            return Err(format!("{error} (each line has a whole case)"));
        }
    };
    if value.get("fn").is_some() {
        return Err("a question is not a case: remove the line".to_owned());
    }
    let (value, prefix) = match value.get("case") {
        Some(case) => (case, "case: "),
        None => (&value, ""),
    };
    let text = value.to_string();
    let failed = |error: String| format!("{prefix}{error}");
    cases::Case::parse(&text).map_err(|error| failed(error.to_string()))?;
    let case: Case = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    recordable::check(&case).map_err(failed)?;
    Ok(case)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{"id":"a-1","fetches":[{"origin":"null","url":"http://127.0.0.1:8002/a-1/r"}],"server":[{"url":"http://127.0.0.1:8002/a-1/r","response":{"status":302,"headers":[["location","h"]]}}]}"#;

    #[test]
    fn cases_of_the_vectors_are_accepted() {
        for text in [
            include_str!("../../../vectors/browsers.ndjson"),
            include_str!("../../../vectors/quirks.ndjson"),
        ] {
            assert_eq!(parse(text).unwrap().len(), text.lines().count());
        }
        assert_eq!(parse(CASE).unwrap().len(), 1);
    }

    #[test]
    fn errors_have_the_line_and_the_fix() {
        let other_url = CASE.replace(r#"8002/a-1/r"}]"#, r#"8002/r"}]"#);
        let other_server = CASE.replace(r#"8002/a-1/r","response"#, r#"8002/b-1/r","response"#);
        let location = |value: &str| CASE.replace(r#"["location","h"]"#, value);
        for (text, error) in [
            (
                r#"{"a":1}"#.to_owned(),
                "line 1: a: no member has this name: use one of `id`, `fetches`, `server`",
            ),
            ("\n{".to_owned(), "line 2: not JSON"),
            (
                r#"{"id":"a","fn":"method","value":"GET","expect":"GET"}"#.to_owned(),
                "line 1: a question is not a case",
            ),
            (String::new(), "the file has no cases"),
            (
                format!("{CASE}\n\n{CASE}"),
                "line 3: line 1 also has the id `a-1`",
            ),
            (
                other_url,
                "line 1: `fetches[0].url` is `http://127.0.0.1:8002/r`, but the first part of the path must be the id of the \
                 case: write `http://127.0.0.1:8002/a-1/r`",
            ),
            (
                other_server,
                "line 1: `server[0].url` is `http://127.0.0.1:8002/b-1/r`, but",
            ),
            (
                location(r#"["Location","/h"]"#),
                "line 1: `Location` of `server[0]` is `/h`, but the first part of the path must be the id of the case: write `/a-1/h`",
            ),
            (
                location(r#"["location","../h"]"#),
                "line 1: `Location` of `server[0]` is `../h`, which leads to `http://127.0.0.1:8002/h`, but the first part",
            ),
            (
                location(r#"["location","https://api.example/a-1/h"]"#),
                "line 1: `Location` of `server[0]` is `https://api.example/a-1/h`, but no server listens there: use ",
            ),
            (
                CASE.replace(r#""null""#, r#""https://a.example""#),
                "line 1: `fetches[0].origin` is `https://a.example`, but the recorder has no page with this origin: use ",
            ),
            (
                CASE.replace(r#""null","#, r#""null","body":{"type":"Text/plain"},"#),
                "line 1: `fetches[0].body.type` is `Text/plain`, but a page cannot make a body whose type has capital letters",
            ),
            (
                format!(r#"{{"case":{}}}"#, CASE.replace(r#""id":"a-1","#, "")),
                "line 1: case: the member `id` is missing: add it",
            ),
        ] {
            let found = parse(&text).unwrap_err();
            assert!(found.starts_with(error), "{found}\n{error}");
        }
        for value in [
            r#"["location","/a-1"]"#,
            r#"["location","data:,a"]"#,
            r#"["location","//["]"#,
        ] {
            parse(&location(value)).unwrap();
        }
    }
}
