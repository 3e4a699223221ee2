//! Checks that each folder of `src/` names only the folders that it may name.

use std::collections::BTreeSet;

use crate::{
    lexer::tokens,
    paths::{Place, named_paths},
    tree::{Sources, module_of},
};

/// Each layer, with the layers that its files may name.
pub(crate) type Layers<'a> = &'a [(&'a str, &'a str)];

/// Returns all forbidden names, and the layers that have no file.
pub(crate) fn offences(sources: &Sources, layers: Layers<'_>) -> Vec<String> {
    let root = Root::read(sources.get("lib.rs").map_or("", String::as_str));
    let mut offences = vanished(sources, layers);
    for (file, source) in sources {
        offences.extend(check(file, source, &root, layers));
    }
    offences
}

fn vanished(sources: &Sources, layers: Layers<'_>) -> Vec<String> {
    let modules = sources.keys().map(|file| module_of(file));
    let present: BTreeSet<String> = modules
        .flat_map(|module| module.into_iter().next())
        .collect();
    let layers = layers.iter().filter(|(layer, _)| !present.contains(*layer));
    layers
        .map(|(layer, _)| {
            format!("tests/layering.rs: `{layer}` is a layer, but src/ has no such file or folder")
        })
        .collect()
}

/// The items of `lib.rs` that are not modules.
#[derive(Default)]
struct Root {
    /// A re-exported name, and the module that it is from.
    re_exports: Vec<(String, String)>,
    /// Constants, which name no layer.
    constants: Vec<String>,
}

impl Root {
    fn read(source: &str) -> Self {
        let paths = named_paths(source, &[], false).into_iter();
        let re_exports = paths.filter(|path| path.place == Place::ReExport);
        let re_exports = re_exports.filter_map(|path| {
            let module = path.segments.into_iter().next()?;
            Some((path.name, module))
        });
        let tokens = tokens(source);
        let pairs = tokens.iter().zip(tokens.iter().skip(1));
        let constants = pairs.filter(|(keyword, _)| keyword.word() == Some("const"));
        let constants = constants.filter_map(|(_, name)| name.word().map(str::to_owned));
        Self {
            re_exports: re_exports.collect(),
            constants: constants.collect(),
        }
    }

    /// Returns the module from which a name of the root comes. Returns `None` if the name is a constant.
    fn module<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if self.constants.iter().any(|constant| constant == name) {
            return None;
        }
        let from = self
            .re_exports
            .iter()
            .find(|(re_export, _)| re_export == name);
        Some(from.map_or(name, |(_, module)| module))
    }
}

/// Returns the names in a file that the layer of the file may not name. Names in unit tests count too.
fn check(file: &str, source: &str, root: &Root, layers: Layers<'_>) -> Vec<String> {
    let module = module_of(file);
    let layer = match module.first() {
        // The root and the program may name every module.
        None => return Vec::new(),
        Some(layer) if layer == "bin" => return Vec::new(),
        Some(layer) => layer,
    };
    let Some((_, allowed)) = layers.iter().find(|(name, _)| name == layer) else {
        return vec![format!(
            "src/{file}: `{layer}` is not a layer: give it a place in tests/layering.rs"
        )];
    };
    let may = |name: &str| {
        root.module(name)
            .is_none_or(|module| module == layer || allowed.split(' ').any(|name| name == module))
    };
    let paths = named_paths(source, &module, true).into_iter();
    let paths = paths.filter(|path| !path.is_local);
    let mut names: Vec<_> = paths
        .filter_map(|path| Some((path.line, path.segments.into_iter().next()?)))
        .collect();
    names.dedup();
    names
        .into_iter()
        .filter(|(_, name)| !may(name))
        .map(|(line, name)| format!("src/{file}:{line}: `{layer}` names `{name}`"))
        .collect()
}

mod self_test {
    use super::*;

    const LIB: &str = "mod failure; pub use failure::{Failure, Oops as O};
        pub const SPEC: &str = \"\"; pub use crate::fetching::fetch;";

    const LAYERS: Layers<'static> = &[
        ("failure", ""),
        ("infrastructure", "failure"),
        ("fetching", "failure infrastructure"),
        ("api", "failure infrastructure fetching"),
        ("server", "failure infrastructure"),
        ("cases", "failure infrastructure fetching api server"),
    ];

    fn offences(file: &str, source: &str) -> Vec<String> {
        check(file, source, &Root::read(LIB), LAYERS)
    }

    #[test]
    fn an_allowed_name_passes() {
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
            offences("failure.rs", "const A: &str = crate::SPEC;"),
            [""; 0]
        );
    }

    #[test]
    fn a_forbidden_name_is_found() {
        let found = offences("server/mod.rs", "\nuse crate::fetching::cors_check;");
        assert_eq!(found, ["src/server/mod.rs:2: `server` names `fetching`"]);
        let found = offences("server/respond.rs", "mod tests {\n use crate::api; }");
        assert_eq!(found, ["src/server/respond.rs:2: `server` names `api`"]);
        let found = offences("cases/run.rs", "fn a() { fetch_cors::tower::b() }");
        assert_eq!(found, ["src/cases/run.rs:1: `cases` names `tower`"]);
        let source = "#[cfg(test)] mod tests { use crate::api; }";
        let found = offences("server/respond.rs", source);
        assert_eq!(found, ["src/server/respond.rs:1: `server` names `api`"]);
    }

    #[test]
    fn a_forbidden_name_in_a_group_is_found() {
        let source =
            "use crate::{\n  infrastructure::{fetching, url},\n  server::{self},\n  api,\n};";
        let expected = [
            "src/fetching/a.rs:3: `fetching` names `server`",
            "src/fetching/a.rs:4: `fetching` names `api`",
        ];
        assert_eq!(offences("fetching/a.rs", source), expected);
    }

    #[test]
    fn a_forbidden_name_after_super_is_found() {
        let found = offences("fetching/a.rs", "use super::super::{server::A, failure};");
        assert_eq!(found, ["src/fetching/a.rs:1: `fetching` names `server`"]);
        let found = offences("fetching/mod.rs", "use super::server;");
        assert_eq!(found, ["src/fetching/mod.rs:1: `fetching` names `server`"]);
        let found = offences("failure.rs", "mod tests { use super::super::api; }");
        assert_eq!(found, ["src/failure.rs:1: `failure` names `api`"]);
        let found = offences("failure.rs", "use super::*;");
        assert_eq!(found, ["src/failure.rs:1: `failure` names `*`"]);
    }

    #[test]
    fn a_folder_without_a_layer_is_found() {
        let found = offences("nowhere/mod.rs", "");
        assert_eq!(
            found,
            ["src/nowhere/mod.rs: `nowhere` is not a layer: give it a place in tests/layering.rs"]
        );
        let found = offences("api/headers.rs", "use crate::Nothing;");
        assert_eq!(found, ["src/api/headers.rs:1: `api` names `Nothing`"]);
    }

    #[test]
    fn a_layer_without_a_file_is_found() {
        let files = ["lib.rs", "failure.rs", "server/mod.rs"];
        let sources = files.map(|file| (file.to_owned(), String::new())).into();
        let layers = &[
            ("failure", ""),
            ("server", "failure"),
            ("profile", "failure"),
        ];
        assert_eq!(
            super::offences(&sources, layers),
            ["tests/layering.rs: `profile` is a layer, but src/ has no such file or folder"]
        );
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
