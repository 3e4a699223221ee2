//! Finds the files that each file of `src/` imports.
//!
//! A file imports another file if it has a path to an item of that file. An item that a `pub use` re-exports is not an
//! item of the file with the `pub use`. A path to such an item is not an import, and the `pub use` is not an import
//! either. A file does not import the modules around it: the items of `mod.rs` belong to its folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    paths::{NamedPath, Place, named_paths},
    tree::{Sources, module_of},
};

/// The paths by which a file imports another file.
#[derive(Debug)]
pub(crate) struct Import {
    /// The first line with a path to the imported file.
    pub(crate) line: usize,
    /// Paths from the root of the crate, without duplicates.
    pub(crate) paths: Vec<String>,
}

/// For each file, the files that it imports.
#[derive(Debug)]
pub(crate) struct Imports(BTreeMap<String, BTreeMap<String, Import>>);

impl Imports {
    pub(crate) fn read(sources: &Sources) -> Self {
        let modules = Modules::read(sources);
        let files = sources.keys();
        Self(
            files
                .map(|file| (file.clone(), modules.imports(&module_of(file))))
                .collect(),
        )
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn of(&self, file: &str) -> impl Iterator<Item = &str> {
        let targets = self.0.get(file).into_iter();
        targets.flat_map(BTreeMap::keys).map(String::as_str)
    }

    pub(crate) fn between(&self, file: &str, target: &str) -> Option<&Import> {
        self.0.get(file)?.get(target)
    }
}

/// A module with a file.
struct Module<'a> {
    file: &'a str,
    paths: Vec<NamedPath>,
    /// Whether the module has modules in files of their own.
    is_folder: bool,
}

struct Modules<'a>(BTreeMap<Vec<String>, Module<'a>>);

impl<'a> Modules<'a> {
    fn read(sources: &'a Sources) -> Self {
        let names: BTreeSet<Vec<String>> = sources.keys().map(|file| module_of(file)).collect();
        let has_child = |name: &[String]| {
            names
                .iter()
                .any(|other| other.len() > name.len() && other.starts_with(name))
        };
        let modules = sources.iter().map(|(file, source)| {
            let name = module_of(file);
            let module = Module {
                file,
                paths: named_paths(source, &name, false),
                is_folder: has_child(&name),
            };
            (name, module)
        });
        Self(modules.collect())
    }

    fn imports(&self, name: &[String]) -> BTreeMap<String, Import> {
        let mut imports = BTreeMap::new();
        let Some(module) = self.0.get(name) else {
            return imports;
        };
        let aliases = self.aliases(module);
        let paths = module.paths.iter();
        for path in paths.filter(|path| path.place != Place::ReExport) {
            let Some(absolute) = self.absolute(path, &aliases) else {
                continue;
            };
            let Some((target, file)) = self.target(&absolute) else {
                continue;
            };
            if name.starts_with(target) {
                continue;
            }
            let import = imports.entry(file.to_owned()).or_insert(Import {
                line: path.line,
                paths: Vec::new(),
            });
            let path = absolute.join("::");
            if !import.paths.contains(&path) {
                import.paths.push(path);
            }
        }
        imports
    }

    /// Returns the modules that a file has imported, by the names that the file gives to the modules.
    fn aliases<'m>(&self, module: &'m Module<'_>) -> BTreeMap<&'m str, Vec<String>> {
        let none = BTreeMap::new();
        let mut aliases = BTreeMap::new();
        for path in &module.paths {
            let absolute = self.absolute(path, &none);
            let imported = absolute.filter(|absolute| self.0.contains_key(absolute));
            if let (Place::Import | Place::ReExport, Some(imported)) = (path.place, imported) {
                aliases.insert(&*path.name, imported);
            }
        }
        aliases
    }

    /// Returns the path from the root of the crate. Returns `None` if the path leads into another crate or begins with
    /// an item.
    fn absolute(
        &self,
        path: &NamedPath,
        aliases: &BTreeMap<&str, Vec<String>>,
    ) -> Option<Vec<String>> {
        if !path.is_local {
            return Some(path.segments.clone());
        }
        let child = [&*path.module, &*path.segments].concat();
        let is_child = self.0.contains_key(child.get(..=path.module.len())?);
        if is_child {
            return Some(child);
        }
        let (first, rest) = path.segments.split_first()?;
        let imported = aliases.get(&**first)?;
        Some([imported, rest].concat())
    }

    /// Returns the module that has the item at the end of a path, and the file of this module.
    fn target<'p>(&self, path: &'p [String]) -> Option<(&'p [String], &'a str)> {
        let mut name = path;
        let module = loop {
            match self.0.get(name) {
                Some(module) => break module,
                None => (_, name) = name.split_last()?,
            }
        };
        let is_elsewhere = match path.get(name.len()).map(String::as_str) {
            // An import of a whole folder, or of `*`, is not a dependency on the folder. The file depends on the items
            // in its paths.
            None | Some("*") => module.is_folder,
            Some(item) => module
                .paths
                .iter()
                .any(|path| path.place == Place::ReExport && path.name == item),
        };
        if is_elsewhere {
            return None;
        }
        Some((name, module.file))
    }
}
