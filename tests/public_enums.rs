//! Every public enum is `#[non_exhaustive]`, or has a comment that says why the enum is exhaustive.
#![allow(missing_docs)]

use std::error::Error;
use std::fs;
use std::path::Path;

#[test]
fn public_enums_are_closed_with_a_reason_or_non_exhaustive() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = 0;
    let mut undecided_enums = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(&root)?.display().to_string();
            let name = name.replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") {
                let source = fs::read_to_string(&path)?;
                found += public_enums(&source).count();
                let undecided = public_enums(&source).filter(|item| !item.is_decided);
                undecided_enums.extend(undecided.map(|item| format!("src/{name}:{}", item.line)));
            }
        }
    }
    assert!(found > 20, "{found}");
    assert!(
        undecided_enums.is_empty(),
        "public enums without `// Exhaustive: reason` or `#[non_exhaustive]` on the line above:\n{}",
        undecided_enums.join("\n")
    );
    Ok(())
}

struct PublicEnum {
    line: usize,
    is_decided: bool,
}

fn public_enums(source: &str) -> impl Iterator<Item = PublicEnum> {
    let mut above = "";
    source.lines().enumerate().filter_map(move |(index, line)| {
        let before = std::mem::replace(&mut above, line).trim();
        line.trim_start()
            .starts_with("pub enum ")
            .then(|| PublicEnum {
                line: index + 1,
                is_decided: before.starts_with("// Exhaustive: ") || before == "#[non_exhaustive]",
            })
    })
}

#[test]
fn undecided_enums_are_found() {
    let decided = |above: &str| {
        let source = format!("/// A.\n{above}\npub enum A {{}}\npub(crate) enum B {{}}\n");
        let found: Vec<_> = public_enums(&source)
            .map(|item| (item.line, item.is_decided))
            .collect();
        found
    };
    assert_eq!(decided("// Exhaustive: two are all."), [(3, true)]);
    assert_eq!(decided("#[non_exhaustive]"), [(3, true)]);
    assert_eq!(decided("/// Exhaustive: two are all."), [(3, false)]);
    assert_eq!(decided("// Not exhaustive: more may come."), [(3, false)]);
    assert_eq!(decided("#[derive(Debug)]"), [(3, false)]);
}
