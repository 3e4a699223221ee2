//! A quick way to the case of a vector.
//!
//! Only the case of a vector is run. The known outcome of the vector is checked, because a wrong type and an unknown
//! member are errors, but it is not kept. A vector has a recording for each engine, so most of its text is recordings.
//! The quick way checks the recordings without allocation, and checks equal recordings once.
//!
//! The quick way knows only vectors without white space, and with the members in their usual order. Any other vector, and
//! any vector with an error, is parsed in the usual way.

use serde::Deserialize;
use serde_json::Deserializer;

use super::{case_text::CaseText, object::Object, vector::ExpectText};
use crate::engine::Engine;

/// The type of a member.
#[derive(Debug, Clone, Copy)]
enum Form {
    Text,
    Boolean,
    Status,
    Texts,
    Pairs,
    Object(&'static [Member]),
    Objects(&'static [Member]),
}

/// A member of an object: its name, its type, and whether the object can lack it.
#[derive(Debug, Clone, Copy)]
struct Member {
    name: &'static str,
    form: Form,
    presence: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Required,
    Optional,
}

const fn required(name: &'static str, form: Form) -> Member {
    Member {
        name,
        form,
        presence: Presence::Required,
    }
}

const fn optional(name: &'static str, form: Form) -> Member {
    Member {
        name,
        form,
        presence: Presence::Optional,
    }
}

const OUTCOME: &[Member] = &[
    required("requests", Form::Objects(REQUEST)),
    required("result", Form::Object(RESULT)),
];

const REQUEST: &[Member] = &[
    required("method", Form::Text),
    required("url", Form::Text),
    required("headers", Form::Pairs),
    optional("credentials", Form::Boolean),
    optional("because", Form::Texts),
];

const RESULT: &[Member] = &[
    required("type", Form::Text),
    optional("status", Form::Status),
    optional("url", Form::Text),
    optional("redirected", Form::Boolean),
    optional("timing_allowed", Form::Boolean),
    optional("headers", Form::Pairs),
    optional("failure", Form::Text),
    optional("step", Form::Text),
    optional("value", Form::Text),
    optional("message", Form::Text),
    optional("anchor", Form::Text),
];

const DEVTOOLS_ERROR: &[Member] = &[
    required("url", Form::Text),
    required("error", Form::Text),
    optional("parameter", Form::Text),
];

/// Returns the case of a vector. Returns `None` if the quick way does not know the vector.
pub(super) fn of_vector(json: &str) -> Option<CaseText<'_>> {
    let mut scanner = Scanner(json);
    scanner.skip("{")?;
    for member in ["\"source\":", "\"note\":"] {
        if scanner.skip(member).is_some() {
            scanner.text()?;
            scanner.skip(",")?;
        }
    }
    scanner.skip("\"case\":")?;
    let case = scanner.parse()?;
    if scanner.skip(",\"expect\":").is_some() {
        scanner.parse::<ExpectText>()?;
    }
    if scanner.skip(",\"observed\":").is_some() {
        scanner.recordings()?;
    }
    scanner.skip("}")?;
    scanner.0.is_empty().then_some(case)
}

/// The text that is not checked yet. Each method checks a part at the start, and removes this part. If the start has
/// another form, the method returns `None`.
#[derive(Debug)]
struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    fn skip(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Parses an object.
    fn parse<T: Deserialize<'a>>(&mut self) -> Option<T> {
        let mut objects = Deserializer::from_str(self.0).into_iter();
        let Object(object) = objects.next()?.ok()?;
        self.0 = self.0.get(objects.byte_offset()..)?;
        Some(object)
    }

    /// An object with the recordings of some engines.
    fn recordings(&mut self) -> Option<()> {
        let mut checked = "";
        let mut before = "{\"";
        for engine in Engine::RECORDED {
            let mut scanner = Scanner(self.0);
            let is_next = scanner
                .skip(before)
                .and_then(|()| scanner.skip(engine.name()));
            if is_next.is_none() {
                continue;
            }
            checked = scanner.recording(checked)?;
            *self = scanner;
            before = ",\"";
        }
        self.skip("}")
    }

    /// The rest of the name of an engine, and its recording. Returns the text of the outcomes. Most engines do the same,
    /// so a text that is equal to the text `checked` is not checked again.
    fn recording(&mut self, checked: &str) -> Option<&'a str> {
        self.skip("\":{")?;
        if self.skip("\"id\":").is_some() {
            self.text()?;
            self.skip(",")?;
        }
        self.skip("\"fetches\":")?;
        let start = self.0;
        if checked.is_empty() || self.skip(checked).is_none() {
            self.form(Form::Objects(OUTCOME))?;
        }
        let outcomes = start.strip_suffix(self.0)?;
        if self.skip(",\"devtools\":").is_some() {
            self.form(Form::Objects(DEVTOOLS_ERROR))?;
        }
        self.skip("}")?;
        Some(outcomes)
    }

    fn form(&mut self, form: Form) -> Option<()> {
        match form {
            Form::Text => self.text(),
            Form::Boolean => self.skip("true").or_else(|| self.skip("false")),
            Form::Status => self.status(),
            Form::Texts => self.list(Self::text),
            Form::Pairs => self.list(Self::pair),
            Form::Object(members) => self.object(members),
            Form::Objects(members) => self.list(|scanner| scanner.object(members)),
        }
    }

    fn text(&mut self) -> Option<()> {
        self.skip("\"")?;
        loop {
            let is_special = |byte| matches!(byte, b'"' | b'\\' | 0..=0x1F);
            let end = self.0.bytes().position(is_special)?;
            self.0 = self.0.get(end..)?;
            if self.skip("\"").is_some() {
                return Some(());
            }
            self.escape_sequence()?;
        }
    }

    /// An escape sequence, except the code of a surrogate.
    fn escape_sequence(&mut self) -> Option<()> {
        self.skip("\\")?;
        let (length, is_known) = match *self.0.as_bytes() {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => (1, true),
            [b'u', b'd' | b'D', b'8'..=b'f', ..] => (0, false),
            [b'u', a, b, c, d, ..] => (5, [a, b, c, d].iter().all(u8::is_ascii_hexdigit)),
            _ => (0, false),
        };
        self.0 = is_known.then(|| self.0.get(length..))??;
        Some(())
    }

    /// A number from 0 to 999.
    fn status(&mut self) -> Option<()> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let is_status = matches!(digits, 1..=3) && (digits == 1 || !self.0.starts_with('0'));
        self.0 = is_status.then(|| self.0.get(digits..))??;
        Some(())
    }

    fn list(&mut self, mut entry: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.skip("[")?;
        if self.skip("]").is_some() {
            return Some(());
        }
        loop {
            entry(self)?;
            if self.skip(",").is_none() {
                return self.skip("]");
            }
        }
    }

    fn pair(&mut self) -> Option<()> {
        self.skip("[")?;
        self.text()?;
        self.skip(",")?;
        self.text()?;
        self.skip("]")
    }

    fn object(&mut self, members: &[Member]) -> Option<()> {
        let mut found = 0_u32;
        self.skip("{")?;
        loop {
            self.skip("\"")?;
            let (index, member) = self.member(members)?;
            self.form(member.form)?;
            let bit = 1 << index;
            if found & bit != 0 {
                return None; // the member is there twice
            }
            found |= bit;
            if self.skip(",").is_none() {
                break;
            }
        }
        self.skip("}")?;
        let mut members = (0..).zip(members);
        let is_complete = members.all(|(index, member): (u32, _)| {
            member.presence == Presence::Optional || found & (1 << index) != 0
        });
        is_complete.then_some(())
    }

    /// The rest of a name, and the colon. Returns the index of the member and the member.
    fn member<'m>(&mut self, members: &'m [Member]) -> Option<(u32, &'m Member)> {
        let (index, rest, member) = (0..).zip(members).find_map(|(index, member)| {
            let rest = self.0.strip_prefix(member.name)?.strip_prefix("\":")?;
            Some((index, rest, member))
        })?;
        self.0 = rest;
        Some((index, member))
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec::Vec};

    use super::*;
    use crate::cases::{
        OutcomeRecord, RequestRecord, ResultRecord, Vector, object::declared_names,
        vector::DevtoolsError,
    };

    /// A vector whose recording has every member.
    const VECTOR: &str = r#"{"source":"a","note":"b","case":{"id":"c","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]},"observed":{"chromium":{"id":"c","fetches":[{"requests":[{"method":"GET","url":"http://b/","headers":[["origin","http://a"],["b","é"]],"credentials":true,"because":["a","b"]},{"method":"GET","url":"http://b/","headers":[]}],"result":{"headers":[["a",""]],"redirected":false,"status":200,"timing_allowed":true,"type":"cors","url":"http://b/","failure":"a","step":"b","value":"c","message":"d","anchor":"e"}}],"devtools":[{"url":"a","error":"b","parameter":"c"},{"url":"a","error":"b"}]},"webkit":{"fetches":[{"requests":[],"result":{"type":"error"}}]}}}"#;

    #[test]
    fn members_are_those_of_the_records() {
        let names =
            |members: &[Member]| -> Vec<_> { members.iter().map(|member| member.name).collect() };
        assert_eq!(names(OUTCOME), declared_names::<OutcomeRecord<'_>>());
        assert_eq!(names(REQUEST), declared_names::<RequestRecord<'_>>());
        assert_eq!(names(RESULT), declared_names::<ResultRecord<'_>>());
        assert_eq!(names(DEVTOOLS_ERROR), declared_names::<DevtoolsError<'_>>());
    }

    #[test]
    fn quick_way_is_used() {
        for (part, changed) in [
            ("", ""),
            (r#""note":"b","#, ""),
            (
                r#""id":"c","fetches":[{"requests"#,
                r#""fetches":[{"requests"#,
            ),
            (
                r#","webkit":{"fetches":[{"requests":[],"result":{"type":"error"}}]}"#,
                "",
            ),
            ("\"webkit\"", "\"firefox\""),
            (
                r#"},"observed""#,
                r#"},"expect":{"fetches":[{"result":{}}]},"observed""#,
            ),
        ] {
            let vector = VECTOR.replace(part, changed);
            assert!(of_vector(&vector).is_some(), "{vector}");
        }
    }

    /// Whether the quick way knows the vector. Its case must be the case that is found in the usual way.
    fn is_known(vector: &str) -> bool {
        let Some(case) = of_vector(vector) else {
            return false;
        };
        let usual = Vector::parse_case(vector).expect(vector);
        assert_eq!(format!("{case:?}"), format!("{usual:?}"), "{vector}");
        true
    }

    #[test]
    fn changed_characters_are_parsed_in_the_usual_way() {
        let texts = [
            "",
            "\"",
            "\\",
            "\\n",
            "\\u00e9",
            "\\ud83d",
            "\\u00g0",
            ",",
            "]",
            "[",
            "}",
            "{",
            ":",
            "0",
            "-1",
            "99",
            "a",
            " ",
            "\n",
            "\t",
            "null",
            "\"x-a\":1,",
        ];
        let mut known = 0;
        for (start, char) in VECTOR.char_indices() {
            let (before, rest) = VECTOR.split_at(start);
            let (_, after) = rest.split_at(char.len_utf8());
            for text in texts {
                known += usize::from(is_known(&format!("{before}{text}{after}")));
                known += usize::from(is_known(&format!("{before}{text}{char}{after}")));
            }
        }
        assert!(known > 1000, "{known}");
    }

    #[test]
    fn absent_and_repeated_members_are_parsed_in_the_usual_way() {
        let commas: Vec<usize> = VECTOR.match_indices(',').map(|(start, _)| start).collect();
        let mut known = 0;
        for (index, start) in commas.iter().enumerate() {
            for end in commas.iter().skip(index + 1).take(4) {
                let (before, rest) = VECTOR.split_at(*start);
                let (part, after) = rest.split_at(end - start);
                for changed in [String::new(), format!("{part}{part}")] {
                    known += usize::from(is_known(&format!("{before}{changed}{after}")));
                }
            }
        }
        assert!(known > 10, "{known}");
    }
}
