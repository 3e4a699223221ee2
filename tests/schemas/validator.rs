//! The schemas, read from their folder.

use std::{collections::BTreeMap, fs, path::PathBuf};

use boon::{Compiler, SchemaIndex};
use serde_json::Value;

pub(crate) struct Schemas {
    schemas: boon::Schemas,
    indices: BTreeMap<String, SchemaIndex>,
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/cases/schemas")
}

/// Returns the schema with the given name as JSON.
pub(crate) fn document(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name).with_extension("json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Returns the names of the schemas, which are the names of the files.
pub(crate) fn names() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap());
    let paths = files.map(|file| file.path());
    let mut names: Vec<_> = paths
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

impl Schemas {
    /// Loads the schemas from files. Checks each against the metaschema, and resolves all references.
    pub(crate) fn load() -> Self {
        let mut schemas = boon::Schemas::new();
        let mut compiler = Compiler::new();
        let mut indices = BTreeMap::new();
        for name in names() {
            let path = folder().join(&name).with_extension("json");
            let index = compiler.compile(path.to_str().unwrap(), &mut schemas);
            let index = index.unwrap_or_else(|error| panic!("{name}: {error:#}"));
            indices.insert(name, index);
        }
        Self { schemas, indices }
    }

    /// Returns the reason if the schema refuses `value`.
    pub(crate) fn refusal(&self, name: &str, value: &Value) -> Option<String> {
        let error = self.schemas.validate(value, self.indices[name]).err()?;
        Some(format!("{error:#}"))
    }

    pub(crate) fn accepts(&self, name: &str, value: &Value) -> bool {
        let index = self.indices[name];
        self.schemas.validate(value, index).is_ok()
    }

    /// Returns the one schema of `names` that accepts `value`.
    #[track_caller]
    pub(crate) fn only_accepting<'n>(&self, names: &[&'n str], value: &Value) -> &'n str {
        let accepting = names.iter().filter(|name| self.accepts(name, value));
        match *accepting.collect::<Vec<_>>() {
            [name] => name,
            [] => {
                let refusals: Vec<_> = names
                    .iter()
                    .filter_map(|name| self.refusal(name, value))
                    .collect();
                panic!("{value}\n{}", refusals.join("\n"))
            }
            ref several => panic!("{several:?}: {value}"),
        }
    }
}
