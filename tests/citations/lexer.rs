//! A lexer for Rust that knows enough to separate code from comments and strings.

/// The kind of a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The text of a `//` comment on a line of its own. Doc comments are not tokens.
    Comment(String),
    /// An identifier, a keyword or a number.
    Word(String),
    /// A punctuation character.
    Mark(char),
}

/// A token and the number of its line, counted from 1.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
}

impl Token {
    /// Whether the token is the given mark.
    pub(crate) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// Returns the word if the token is a word.
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Returns the tokens of a source text. Strings, characters and lifetimes do not become tokens.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        rest: source,
        line: 1,
        found: Vec::new(),
    };
    while let Some(next) = lexer.rest.chars().next() {
        lexer.token(next);
    }
    lexer.found
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    found: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn token(&mut self, next: char) {
        if self.rest.starts_with("//") {
            self.line_comment();
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if next == '"' {
            self.string();
        } else if next == '\'' {
            self.quote();
        } else if is_word(next) {
            let word = self.take_while(is_word);
            if !(matches!(word, "r" | "br" | "cr") && self.raw_string()) {
                self.push(Kind::Word(word.to_owned()));
            }
        } else {
            self.take(next.len_utf8());
            if !next.is_whitespace() {
                self.push(Kind::Mark(next));
            }
        }
    }

    fn line_comment(&mut self) {
        // A comment after code is not a citation: a citation is above the code that implements the
        // step.
        let own_line = self.found.last().is_none_or(|last| last.line != self.line);
        let comment = self.take_while(|c| c != '\n');
        let doc = comment.starts_with("///") || comment.starts_with("//!");
        if let (true, false, Some(text)) = (own_line, doc, comment.strip_prefix("//")) {
            self.push(Kind::Comment(text.trim().to_owned()));
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.take(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.take(2);
                if depth == 0 {
                    return;
                }
            } else if self.rest.is_empty() {
                return;
            } else {
                self.take_one();
            }
        }
    }

    fn string(&mut self) {
        self.take(1);
        while !self.rest.is_empty() {
            match self.take_one() {
                "\\" => _ = self.take_one(),
                "\"" => return,
                _ => {}
            }
        }
    }

    /// Skips a raw string, whose `r` is already read. Returns whether there was a raw string.
    fn raw_string(&mut self) -> bool {
        let hashes = self.rest.len() - self.rest.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let Some(body) = self
            .rest
            .get(hashes..)
            .and_then(|rest| rest.strip_prefix('"'))
        else {
            return false;
        };
        let length = body.find(&end).map_or(body.len(), |at| at + end.len());
        self.take(hashes + 1 + length);
        true
    }

    /// A character, or the quotation mark of a lifetime.
    fn quote(&mut self) {
        self.take(1);
        let mut ahead = self.rest.chars();
        match (ahead.next(), ahead.next()) {
            (Some('\\'), _) => {
                self.take_one();
                self.take_one();
                self.take_while(|c| c != '\'');
                self.take_one();
            }
            (Some(character), Some('\'')) => _ = self.take(character.len_utf8() + 1),
            _ => {}
        }
    }

    fn push(&mut self, kind: Kind) {
        self.found.push(Token {
            kind,
            line: self.line,
        });
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        self.take(length)
    }

    fn take_one(&mut self) -> &'a str {
        self.take(self.rest.chars().next().map_or(0, char::len_utf8))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        tokens(source)
            .iter()
            .filter_map(|token| token.word().map(str::to_owned))
            .collect()
    }

    #[test]
    fn strings_and_characters_are_not_code() {
        let source =
            r##"a("// {", b'{', '\'', '"', r#"" fn { "#, b"\"{") b::<'x>() /* fn /* { */ { */ c"##;
        assert_eq!(words(source), ["a", "b", "b", "b", "x", "c"]);
        assert!(!tokens(source).iter().any(|token| token.is('{')));
    }

    #[test]
    fn only_a_comment_with_its_own_line_is_kept() {
        let found = tokens("// one\nlet x; // two\n/// three\n    // four");
        let comments: Vec<_> = found
            .iter()
            .filter(|token| matches!(token.kind, Kind::Comment(_)))
            .collect();
        assert_eq!(
            comments.iter().map(|token| token.line).collect::<Vec<_>>(),
            [1, 4]
        );
        assert_eq!(
            comments.first().map(|token| &token.kind),
            Some(&Kind::Comment("one".into()))
        );
    }
}
