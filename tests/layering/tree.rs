//! The files of `src/` and their modules.

use std::{collections::BTreeMap, error::Error, fs, path::Path};

/// Source texts by their path from `src/`.
pub(crate) type Sources = BTreeMap<String, String>;

pub(crate) fn read() -> Result<Sources, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Sources::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root)?.display().to_string();
                sources.insert(name.replace('\\', "/"), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(sources)
}

/// The path of a file's module: empty for `lib.rs`, `bin` and a name for a program.
pub(crate) fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let path = match path.strip_suffix("/main") {
        Some(program) if program.starts_with("bin/") => program,
        _ => path,
    };
    if path == "lib" {
        Vec::new()
    } else {
        path.split('/').map(str::to_owned).collect()
    }
}
