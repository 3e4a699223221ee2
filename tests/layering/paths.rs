//! Finds the paths that a source file names, and resolves `self`, `super` and groups.

use crate::lexer::{Token, tokens};

/// A path in a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedPath {
    /// The segments from the root of the crate. If `is_local` is set, the segments begin with the first
    /// word.
    pub(crate) segments: Vec<String>,
    /// The path begins with a plain word: a child module, an import, an item or another crate.
    pub(crate) is_local: bool,
    /// The modules that contain the path, with the module of the file.
    pub(crate) module: Vec<String>,
    pub(crate) line: usize,
    pub(crate) place: Place,
    /// The name that the import gives to the item. Outside of imports, the last segment.
    pub(crate) name: String,
}

/// The kind of statement that contains a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a private `use`.
    Import,
    /// In a `pub use`, of any visibility.
    ReExport,
    Code,
}

/// Returns all paths of a source text. Leaves out `#[cfg(test)]` items, unless `with_tests` is set.
pub(crate) fn named_paths(source: &str, module: &[String], with_tests: bool) -> Vec<NamedPath> {
    let tokens = tokens(source);
    let mut reader = Reader {
        module: module.to_vec(),
        blocks: Vec::new(),
        found: Vec::new(),
    };
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or(&[]);
        at += if !with_tests && is_cfg_test(rest) {
            item_length(rest)
        } else if token.is('{') {
            let before = at.checked_sub(2).and_then(|two| tokens.get(two..at));
            reader.open(before.unwrap_or(&[]));
            1
        } else if token.is('}') {
            reader.close();
            1
        } else if token.word() == Some("use") {
            let is_public = at
                .checked_sub(1)
                .and_then(|before| tokens.get(before))
                .is_some_and(|token| token.is(')') || token.word() == Some("pub"));
            1 + reader.import(rest.get(1..).unwrap_or(&[]), is_public)
        } else {
            reader.code(rest).max(1)
        };
    }
    reader.found
}

struct Reader {
    module: Vec<String>,
    /// For every open brace, whether it opens a module.
    blocks: Vec<bool>,
    found: Vec<NamedPath>,
}

/// The part of a path that is read so far.
#[derive(Clone)]
struct Prefix {
    segments: Vec<String>,
    is_local: bool,
}

impl Reader {
    fn open(&mut self, before: &[Token]) {
        let name = match before {
            [keyword, name] if keyword.word() == Some("mod") => name.word(),
            _ => None,
        };
        self.module.extend(name.map(str::to_owned));
        self.blocks.push(name.is_some());
    }

    /// The path of the crate's root: empty for the library, `bin` and a name for a program.
    fn root(&self) -> Vec<String> {
        match &*self.module {
            [bin, program, ..] if bin == "bin" => vec![bin.clone(), program.clone()],
            _ => Vec::new(),
        }
    }

    fn close(&mut self) {
        if self.blocks.pop() == Some(true) {
            self.module.pop();
        }
    }

    /// Reads the paths of a `use`. Returns the number of tokens to skip.
    fn import(&mut self, tokens: &[Token], is_public: bool) -> usize {
        let length = tokens.iter().take_while(|token| !token.is(';')).count();
        let statement = tokens.get(..length).unwrap_or(tokens);
        let place = if is_public {
            Place::ReExport
        } else {
            Place::Import
        };
        // `use<'a>` is a part of a type.
        if statement.first().is_some_and(|first| first.is('<')) {
            return 0;
        }
        self.tree(statement, None, place);
        length
    }

    /// Reads a path in code, if a path begins here. Returns the number of tokens to skip.
    fn code(&mut self, tokens: &[Token]) -> usize {
        match tokens {
            [dot, word, ..] if dot.is('.') && word.word().is_some() => 2,
            [word, one, two, ..] if word.word().is_some() && one.is(':') && two.is(':') => {
                self.tree(tokens, None, Place::Code)
            }
            // A path that begins with `::` belongs to another crate. A path after `>::` belongs to
            // a type.
            [one, two, word, ..] if one.is(':') && two.is(':') && word.word().is_some() => 3,
            _ => 0,
        }
    }

    /// Reads a path or a group after `prefix`. Returns the number of tokens that were read.
    fn tree(&mut self, tokens: &[Token], mut prefix: Option<Prefix>, place: Place) -> usize {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if token.is('{') {
                at += 1;
                while let Some(token) = tokens.get(at) {
                    if token.is('}') {
                        break;
                    }
                    let rest = tokens.get(at..).unwrap_or(&[]);
                    let is_entry = token.word().is_some() || token.is('{') || token.is('*');
                    at += if is_entry {
                        self.tree(rest, prefix.clone(), place).max(1)
                    } else {
                        1
                    };
                }
                return at + 1;
            }
            let word = if token.is('*') {
                "*"
            } else if let Some(word) = token.word() {
                word
            } else {
                return at;
            };
            let Some(next) = self.extend(prefix, word) else {
                return at + 1;
            };
            at += 1;
            let rest = tokens.get(at..).unwrap_or(&[]);
            if let [one, two, after, ..] = rest
                && one.is(':')
                && two.is(':')
                && (after.word().is_some() || after.is('{') || after.is('*'))
            {
                prefix = Some(next);
                at += 2;
                continue;
            }
            // Outside a `use` item, `as` is a conversion.
            let (alias, length) = match rest {
                [keyword, alias, ..] if keyword.word() == Some("as") && place != Place::Code => {
                    (alias.word(), 2)
                }
                _ => (None, 0),
            };
            let last = next.segments.last().map(String::as_str);
            self.found.push(NamedPath {
                name: alias.or(last).unwrap_or_default().to_owned(),
                segments: next.segments,
                is_local: next.is_local,
                module: self.module.clone(),
                line: token.line,
                place,
            });
            return at + length;
        }
        at
    }

    /// Returns the path `prefix` with the additional segment `word`. Returns `None` if `super` leaves the crate.
    fn extend(&self, prefix: Option<Prefix>, word: &str) -> Option<Prefix> {
        let (mut segments, is_local) = match (prefix, word) {
            (None, "crate") => (self.root(), false),
            (None, "fetch_cors") => (Vec::new(), false),
            (None, "self" | "super") => (self.module.clone(), false),
            (None, _) => (Vec::new(), true),
            (Some(prefix), _) => (prefix.segments, prefix.is_local),
        };
        match word {
            "crate" | "fetch_cors" | "self" => {}
            "super" => {
                segments.pop()?;
            }
            _ => segments.push(word.to_owned()),
        }
        Some(Prefix { segments, is_local })
    }
}

fn is_cfg_test(tokens: &[Token]) -> bool {
    let [hash, open, cfg, paren, test, ..] = tokens else {
        return false;
    };
    hash.is('#')
        && open.is('[')
        && cfg.word() == Some("cfg")
        && paren.is('(')
        && test.word() == Some("test")
}

/// Returns the number of tokens to the end of the item: to its `;`, or to the brace that closes the item.
fn item_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is('{') {
            depth += 1;
        } else if token.is('}') {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 && (token.is('}') || token.is(';')) {
            return at + 1;
        }
    }
    tokens.len()
}
