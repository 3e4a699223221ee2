//! Which folder of `src/` may name which. The browser's side and the server's side never name each
//! other, so that checking one against the other means something.

use std::error::Error;
use std::fs;
use std::path::Path;

use lexer::{Token, tokens};

#[path = "citations/lexer.rs"]
mod lexer;

/// A layer and all that it may name besides itself.
const LAYERS: &[(&str, &str)] = &[
    ("failure", ""),
    ("infrastructure", "failure"),
    ("profile", "failure infrastructure"),
    ("fetching", "failure infrastructure profile"),
    ("api", "failure infrastructure profile fetching"),
    ("outcome", "failure infrastructure profile fetching api"),
    ("browser", "infrastructure fetching api outcome"),
    (
        "explain",
        "failure infrastructure profile fetching api outcome",
    ),
    ("server", "failure infrastructure"),
    ("tower", "infrastructure server"),
    (
        "cases",
        "failure infrastructure profile fetching api outcome explain server",
    ),
    (
        "conformance",
        "failure infrastructure profile fetching api outcome explain server tower cases",
    ),
];

#[test]
fn every_layer_names_only_what_it_may() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let names = Root::read(&fs::read_to_string(root.join("lib.rs"))?);
    let mut folders = vec![root.clone()];
    let mut offences = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(&root)?
                    .display()
                    .to_string()
                    .replace('\\', "/");
                offences.extend(check(&name, &fs::read_to_string(&path)?, &names));
            }
        }
    }
    offences.sort();
    assert!(
        offences.is_empty(),
        "{} offences:\n{}",
        offences.len(),
        offences.join("\n")
    );
    Ok(())
}

/// What `lib.rs` has beside the modules.
#[derive(Default)]
struct Root {
    /// A re-exported name, and the module that it is from.
    reexports: Vec<(String, String)>,
    /// Constants, which name no layer.
    constants: Vec<String>,
}

impl Root {
    fn read(source: &str) -> Self {
        let tokens = tokens(source);
        let mut root = Self::default();
        for (at, token) in tokens.iter().enumerate() {
            let after = tokens.get(at + 1..).unwrap_or(&[]);
            match token.word() {
                Some("const") => {
                    root.constants
                        .extend(after.first().and_then(Token::word).map(str::to_owned));
                }
                Some("use") => {
                    let words = after.iter().take_while(|token| !token.is(';'));
                    let mut words = words
                        .filter_map(Token::word)
                        .filter(|word| !["crate", "self"].contains(word));
                    if let Some(module) = words.next() {
                        let names = words.map(|name| (name.to_owned(), module.to_owned()));
                        root.reexports.extend(names);
                    }
                }
                _ => {}
            }
        }
        root
    }

    /// The module that is meant by a name of the root; none if it is a constant.
    fn module<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if self.constants.iter().any(|constant| constant == name) {
            return None;
        }
        let from = self.reexports.iter().find(|(reexport, _)| reexport == name);
        Some(from.map_or(name, |(_, module)| module))
    }
}

/// What a file names that it may not; its name is the path from `src/`.
fn check(file: &str, source: &str, root: &Root) -> Vec<String> {
    let module = module_of(file);
    let layer = match module.first() {
        // The root names every module, and the program is on top of all.
        None | Some(&"bin") => return Vec::new(),
        Some(layer) => *layer,
    };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!(
            "src/{file}: `{layer}` is no layer; give it a place in tests/layering.rs"
        )];
    };
    let may = |name: &str| {
        root.module(name)
            .is_none_or(|module| module == layer || allowed.split(' ').any(|name| name == module))
    };
    named(&tokens(source), module.len())
        .into_iter()
        .filter(|(name, _)| !may(name))
        .map(|(name, line)| format!("src/{file}:{line}: `{layer}` names `{name}`"))
        .collect()
}

/// The modules that lead to a file: none for `lib.rs`.
fn module_of(file: &str) -> Vec<&str> {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" {
        Vec::new()
    } else {
        path.split('/').collect()
    }
}

/// What is named of the crate's root, and where. `depth` is how many modules are around the text.
fn named(tokens: &[Token], depth: usize) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    // For every open brace: is it an inline module's?
    let mut braces: Vec<bool> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let after = tokens.get(at + 1..).unwrap_or(&[]);
        match token.word() {
            Some("crate" | "fetch_cors") => found.extend(after_path(after)),
            Some("super") if !is_continued(tokens, at) => {
                let inline = braces.iter().filter(|module| **module).count();
                if let Some(rest) = leave_modules(after, depth + inline) {
                    found.extend(after_path(rest));
                }
            }
            _ if token.is('{') => {
                let before = at.checked_sub(2).and_then(|before| tokens.get(before));
                braces.push(before.is_some_and(|token| token.word() == Some("mod")));
            }
            _ if token.is('}') => _ = braces.pop(),
            _ => {}
        }
    }
    found
}

/// Is the word the later part of a path?
fn is_continued(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| tokens.get(before))
        .is_some_and(|token| token.is(':'))
}

/// Follows `::super` as often as it takes to reach the root from `depth` modules, the first `super` being
/// behind us; what comes after, if the root is reached.
fn leave_modules(mut after: &[Token], depth: usize) -> Option<&[Token]> {
    for _ in 1..depth {
        match after {
            [one, two, next, rest @ ..] if one.is(':') && two.is(':') => {
                (next.word() == Some("super")).then_some(())?;
                after = rest;
            }
            _ => return None,
        }
    }
    Some(after)
}

/// The names right after `::`: one, or those of a group.
fn after_path(after: &[Token]) -> Vec<(String, usize)> {
    let [one, two, rest @ ..] = after else {
        return Vec::new();
    };
    if !(one.is(':') && two.is(':')) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut expected = true;
    for token in rest {
        if token.is('{') {
            depth += 1;
            continue;
        } else if token.is('}') {
            depth -= 1;
        } else if token.is(',') && depth == 1 {
            expected = true;
        } else if expected {
            expected = false;
            let name = if token.is('*') {
                Some("*")
            } else {
                token.word()
            };
            found.extend(name.map(|name| (name.to_owned(), token.line)));
        }
        if depth == 0 {
            break;
        }
    }
    found
}

mod self_test {
    use super::*;

    const LIB: &str =
        "mod failure; pub use failure::{Failure, Oops as O}; pub const SPEC: &str = \"\";
        pub use crate::fetching::fetch;";

    fn offences(file: &str, source: &str) -> Vec<String> {
        check(file, source, &Root::read(LIB))
    }

    #[test]
    fn what_is_right_passes() {
        let source = "//! [`crate::server`]\nuse crate::{failure::Failure, infrastructure::{self, x}};
            /// [`crate::server::A`]\nfn a() { super::cors_check::b(); let s = \"crate::server\"; }
            pub(crate) fn c() {} // crate::server\nmod tests { use super::*; use super::super::d; }";
        assert_eq!(offences("fetching/main_fetch.rs", source), [""; 0]);
        assert_eq!(
            offences("failure.rs", "mod tests { use super::*; }"),
            [""; 0]
        );
        assert_eq!(
            offences("lib.rs", "use crate::server::A; mod nowhere;"),
            [""; 0]
        );
        assert_eq!(
            offences("bin/fetch-cors/main.rs", "use fetch_cors::tower;"),
            [""; 0]
        );
        assert_eq!(
            offences("profile.rs", "const A: &str = crate::SPEC;"),
            [""; 0]
        );
    }

    #[test]
    fn a_violation_is_found() {
        let found = offences("server/mod.rs", "\nuse crate::fetching::cors_check;");
        assert_eq!(found, ["src/server/mod.rs:2: `server` names `fetching`"]);
        let found = offences("server/respond.rs", "mod tests {\n use crate::api; }");
        assert_eq!(found, ["src/server/respond.rs:2: `server` names `api`"]);
        let found = offences("cases/run.rs", "fn a() { fetch_cors::tower::b() }");
        assert_eq!(found, ["src/cases/run.rs:1: `cases` names `tower`"]);
    }

    #[test]
    fn a_violation_in_a_group_is_found() {
        let source =
            "use crate::{\n  infrastructure::{fetching, url},\n  outcome::{self},\n  api,\n};";
        let expected = [
            "src/fetching/a.rs:3: `fetching` names `outcome`",
            "src/fetching/a.rs:4: `fetching` names `api`",
        ];
        assert_eq!(offences("fetching/a.rs", source), expected);
    }

    #[test]
    fn a_violation_by_way_of_super_is_found() {
        let found = offences("fetching/a.rs", "use super::super::{server::A, failure};");
        assert_eq!(found, ["src/fetching/a.rs:1: `fetching` names `server`"]);
        let found = offences("fetching/mod.rs", "use super::server;");
        assert_eq!(found, ["src/fetching/mod.rs:1: `fetching` names `server`"]);
        let found = offences("profile.rs", "mod tests { use super::super::api; }");
        assert_eq!(found, ["src/profile.rs:1: `profile` names `api`"]);
        let found = offences("profile.rs", "use super::*;");
        assert_eq!(found, ["src/profile.rs:1: `profile` names `*`"]);
    }

    #[test]
    fn what_has_no_place_is_found() {
        let found = offences("nowhere/mod.rs", "");
        assert_eq!(
            found,
            ["src/nowhere/mod.rs: `nowhere` is no layer; give it a place in tests/layering.rs"]
        );
        let found = offences("api/headers.rs", "use crate::Nothing;");
        assert_eq!(found, ["src/api/headers.rs:1: `api` names `Nothing`"]);
    }

    #[test]
    fn a_re_exported_name_counts_as_its_module() {
        assert_eq!(
            offences("server/mod.rs", "use crate::{Failure, O, SPEC};"),
            [""; 0]
        );
        let found = offences("server/mod.rs", "use crate::fetch;");
        assert_eq!(found, ["src/server/mod.rs:1: `server` names `fetch`"]);
    }
}
