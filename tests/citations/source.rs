//! Finds the citations in a source file.

use crate::lexer::{Kind, Token, tokens};
use crate::notes::is_id;

/// An id in a comment.
#[derive(Debug)]
pub(crate) struct Citation {
    pub(crate) id: String,
    pub(crate) line: usize,
    /// The function that contains the comment: its number in the file.
    pub(crate) function: Option<usize>,
    /// The rest of the comment after a cited id, without the colon.
    pub(crate) words: Option<String>,
    pub(crate) role: Role,
}

/// The role of an id in a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The comment starts with the id: the code below it implements the step.
    Cites,
    /// The id is not at the start of the comment, or is in a unit test. The step must exist.
    Mentions,
}

/// A block between braces.
enum Block {
    Function(usize),
    Tests,
    Other,
}

/// The kind of block that the next brace opens.
#[derive(PartialEq)]
enum Pending {
    Function { depth: usize },
    Tests,
    Nothing,
}

/// Returns all ids in the comments of a source text, in order.
pub(crate) fn citations(source: &str) -> Vec<Citation> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut pending = Pending::Nothing;
    let mut functions = 0;
    // The number of open parentheses and brackets. The `;` in `[u8; 2]` does not end the head of a function.
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Comment(text) => found.extend(ids(text, token.line, &blocks)),
            // `fn(` begins the type of a function pointer.
            Kind::Word(word) if word == "fn" && tokens.get(at + 1).is_some_and(|t| !t.is('(')) => {
                pending = Pending::Function { depth };
            }
            Kind::Word(word) if word == "mod" && follows_cfg_test(&tokens, at) => {
                pending = Pending::Tests;
            }
            Kind::Mark('(' | '[') => depth += 1,
            Kind::Mark(')' | ']') => depth = depth.saturating_sub(1),
            Kind::Mark(';') if pending == (Pending::Function { depth }) => {
                pending = Pending::Nothing;
            }
            Kind::Mark('{') => {
                blocks.push(match pending {
                    Pending::Function { .. } => {
                        functions += 1;
                        Block::Function(functions)
                    }
                    Pending::Tests => Block::Tests,
                    Pending::Nothing => Block::Other,
                });
                pending = Pending::Nothing;
            }
            Kind::Mark('}') => _ = blocks.pop(),
            _ => {}
        }
    }
    found
}

/// Returns the ids of one comment.
fn ids<'a>(text: &'a str, line: usize, blocks: &[Block]) -> impl Iterator<Item = Citation> + 'a {
    let in_tests = blocks.iter().any(|block| matches!(block, Block::Tests));
    let function = blocks.iter().rev().find_map(|block| match block {
        Block::Function(number) => Some(*number),
        _ => None,
    });
    text.split_whitespace()
        .enumerate()
        .filter_map(move |(at, word)| {
            let id = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let role = if at == 0 && !in_tests {
                Role::Cites
            } else {
                Role::Mentions
            };
            let words = text
                .strip_prefix(id)
                .and_then(|rest| rest.strip_prefix(": "));
            is_id(id).then(|| Citation {
                id: id.to_owned(),
                line,
                function,
                words: words.map(str::to_owned),
                role,
            })
        })
}

fn follows_cfg_test(tokens: &[Token], at: usize) -> bool {
    let start = at.checked_sub(7).unwrap_or(at);
    let Some(before) = tokens.get(start..at) else {
        return false;
    };
    let text: String = before
        .iter()
        .map(|token| match &token.kind {
            Kind::Word(word) => word.clone(),
            Kind::Mark(mark) => mark.to_string(),
            Kind::Comment(_) => String::new(),
        })
        .collect();
    text == "#[cfg(test)]"
}
