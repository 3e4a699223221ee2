//! Finds files of `src/` that import each other in a circle.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    iter,
};

use crate::{
    imports::{Import, Imports},
    tree::Sources,
};

/// Returns every circle of imports that `allowed` does not list, and every listed circle that does not exist. An entry
/// of `allowed` lists files that all import each other, directly or through other files of the entry.
pub(crate) fn offences(sources: &Sources, allowed: &[&[&str]]) -> Vec<String> {
    let imports = Imports::read(sources);
    let groups = groups(&imports);
    let listed: Vec<BTreeSet<&str>> = allowed
        .iter()
        .map(|files| files.iter().copied().collect())
        .collect();
    let vanished = listed.iter().filter(|files| !groups.contains(files));
    let mut offences: Vec<String> = vanished
        .map(|files| {
            let files: Vec<_> = files.iter().map(|file| format!("src/{file}")).collect();
            format!(
                "tests/layering.rs: {} are an allowed circle, but these files, and no others, do not form one",
                files.join(", ")
            )
        })
        .collect();
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for file in groups.iter().flatten() {
        let Some(circle) = shortest_circle(&imports, file) else {
            continue;
        };
        let files: BTreeSet<&str> = circle.iter().copied().collect();
        let is_allowed = listed.iter().any(|listed| files.is_subset(listed));
        if !is_allowed && !found.contains(&files) {
            found.push(files);
            offences.push(describe(&imports, &circle));
        }
    }
    offences
}

/// Returns the largest groups of files that all import each other, directly or through other files of the group.
fn groups(imports: &Imports) -> BTreeSet<BTreeSet<&str>> {
    let reachable: BTreeMap<&str, BTreeSet<&str>> = imports
        .files()
        .map(|file| (file, distances(imports, file).into_keys().collect()))
        .collect();
    let reaches = |from: &str, to: &str| {
        reachable
            .get(from)
            .is_some_and(|reached| reached.contains(to))
    };
    let in_circles = imports.files().filter(|file| reaches(file, file));
    in_circles
        .map(|file| {
            let others = imports.files();
            let group = others.filter(|other| reaches(file, other) && reaches(other, file));
            group.collect()
        })
        .collect()
}

/// Returns each file that `start` reaches. The value is the file that imports this file on a shortest path.
fn distances<'a>(imports: &'a Imports, start: &'a str) -> BTreeMap<&'a str, &'a str> {
    let mut importers = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for target in imports.of(file) {
            if !importers.contains_key(target) {
                importers.insert(target, file);
                queue.push_back(target);
            }
        }
    }
    importers
}

/// Returns the files of a shortest circle through `file`. The first returned file is `file`.
fn shortest_circle<'a>(imports: &'a Imports, file: &'a str) -> Option<Vec<&'a str>> {
    let importers = distances(imports, file);
    let mut circle = vec![file];
    let mut at = *importers.get(file)?;
    while at != file {
        circle.push(at);
        at = importers.get(at)?;
    }
    circle.get_mut(1..)?.reverse();
    Some(circle)
}

fn describe(imports: &Imports, circle: &[&str]) -> String {
    let next = circle.iter().skip(1).chain(circle.first());
    let mut words: Vec<String> = iter::zip(circle, next)
        .map(|(file, next)| match imports.between(file, next) {
            Some(Import { line, paths }) => {
                format!("src/{file}:{line} names `{}`", paths.join("`, `"))
            }
            None => format!("src/{file}"),
        })
        .collect();
    words.extend(circle.first().map(|file| format!("src/{file}")));
    format!("circle: {}", words.join(" → "))
}

mod self_test {
    use super::*;

    fn circles(files: &[(&str, &str)], allowed: &[&[&str]]) -> Vec<String> {
        let files = files.iter();
        let sources = files.map(|(file, source)| ((*file).to_owned(), (*source).to_owned()));
        offences(&sources.collect(), allowed)
    }

    const NONE: [&str; 0] = [];

    const TWO: &[(&str, &str)] = &[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "\nfn b() -> super::a::A { todo() }"),
    ];

    #[test]
    fn a_circle_of_two_files_is_found() {
        let expected = ["circle: src/a.rs:1 names `b::B` → src/b.rs:2 names `a::A` → src/a.rs"];
        assert_eq!(circles(TWO, &[]), expected);
    }

    #[test]
    fn a_circle_of_three_files_is_found_once() {
        let files = [
            ("s/mod.rs", "mod a; mod b; mod c; mod d;"),
            ("s/a.rs", "use super::b;\nfn a() { b::b() }"),
            ("s/b.rs", "use crate::s::c::*;"),
            ("s/c.rs", "fn c(a: self::super::a::A<super::d::D>) {}"),
            ("s/d.rs", ""),
        ];
        let expected = "circle: src/s/a.rs:1 names `s::b`, `s::b::b` → src/s/b.rs:1 names `s::c::*` \
            → src/s/c.rs:1 names `s::a::A` → src/s/a.rs";
        assert_eq!(circles(&files, &[]), [expected]);
    }

    #[test]
    fn a_circle_through_nested_groups_is_found() {
        let files = [
            ("lib.rs", ""),
            ("s/mod.rs", ""),
            (
                "s/a.rs",
                "use crate::{\n    t::{X, b::{\n    self as other, Y}},\n};",
            ),
            ("t/mod.rs", "pub struct X;"),
            ("t/b.rs", "use super::super::{s::{a::{Z as A}}};"),
        ];
        let expected = "circle: src/s/a.rs:3 names `t::b`, `t::b::Y` → src/t/b.rs:1 names `s::a::Z` → src/s/a.rs";
        assert_eq!(circles(&files, &[]), [expected]);
    }

    #[test]
    fn an_item_of_a_folder_can_be_in_a_circle() {
        let files = [
            (
                "s/mod.rs",
                "mod a; use crate::t::{self, b}; pub struct S; fn s() { b::b() }",
            ),
            ("s/a.rs", ""),
            ("t/mod.rs", "pub mod b;"),
            ("t/b.rs", "use crate::s; fn b() -> s::S { s::S }"),
        ];
        let expected = "circle: src/s/mod.rs:1 names `t::b`, `t::b::b` → src/t/b.rs:1 names `s::S` → src/s/mod.rs";
        assert_eq!(circles(&files, &[]), [expected]);
    }

    #[test]
    fn a_program_has_a_root_of_its_own() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a.rs", ""),
            ("bin/p/main.rs", "mod a; mod b; use fetch_cors::a::A;"),
            ("bin/p/a.rs", "use crate::b::B; use fetch_cors::b::B;"),
            ("bin/p/b.rs", "use crate::a::A;"),
        ];
        let expected = "circle: src/bin/p/a.rs:1 names `bin::p::b::B` → src/bin/p/b.rs:1 names `bin::p::a::A` \
            → src/bin/p/a.rs";
        assert_eq!(circles(&files, &[]), [expected]);
    }

    /// A folder with two files, and a file outside of the folder. `source` is the text of the `mod.rs` of the folder.
    fn with_folder(source: &str, outside: &str) -> Vec<String> {
        let files = [
            ("lib.rs", "mod s; mod t; pub use s::A;"),
            ("s/mod.rs", source),
            ("s/a.rs", "use crate::t::B; pub struct A;"),
            ("t.rs", outside),
        ];
        circles(&files, &[])
    }

    #[test]
    fn a_path_to_a_re_export_is_not_in_a_circle() {
        let source = "mod a; pub use a::A as C; pub(crate) use self::{a::A}; fn s() { a::a() }";
        let outside = "use crate::{A, s::{self, A as D, C}}; fn b() -> s::A {}";
        assert_eq!(with_folder(source, outside), NONE);
        let expected = "circle: src/s/a.rs:1 names `t::B` → src/t.rs:1 names `s::S` \
            → src/s/mod.rs:1 names `s::a::a` → src/s/a.rs";
        assert_eq!(with_folder(source, "use crate::s::S;"), [expected]);
    }

    #[test]
    fn a_re_export_is_not_an_import() {
        let outside = "use crate::s::S;";
        assert_eq!(with_folder("mod a; pub use a::A; struct S;", outside), NONE);
        let expected = "circle: src/s/a.rs:1 names `t::B` → src/t.rs:1 names `s::S` \
            → src/s/mod.rs:1 names `s::a::A` → src/s/a.rs";
        assert_eq!(
            with_folder("mod a; use a::A; struct S;", outside),
            [expected]
        );
    }

    /// The items of `mod.rs` belong to its folder.
    #[test]
    fn a_folder_and_its_files_are_not_a_circle() {
        let files = [
            (
                "s/mod.rs",
                "mod a; use a::A; pub struct S; fn s() { a::a() }",
            ),
            ("s/a.rs", "use super::S; use crate::s::S as T;"),
        ];
        assert_eq!(circles(&files, &[]), NONE);
    }

    #[test]
    fn tests_comments_and_strings_import_nothing() {
        let files = [
            ("a.rs", "use crate::b::B;"),
            (
                "b.rs",
                "//! [`A`](crate::a::A)\n/// ```\n/// use crate::a::A;\n/// ```
                // crate::a::A\nconst B: &str = \"crate::a::A\";
                #[cfg(test)] use crate::a::A;
                #[cfg(test)]\nmod tests { use crate::a::A; mod c { fn d() { crate::a::a() } } }",
            ),
        ];
        assert_eq!(circles(&files, &[]), NONE);
        let behind = "#[cfg(test)]\nmod tests { fn a() {} }\nuse crate::a::A;";
        let files = [("a.rs", "use crate::b::B;"), ("b.rs", behind)];
        assert_eq!(circles(&files, &[]).len(), 1);
    }

    #[test]
    fn an_inline_module_is_part_of_its_file() {
        let files = [
            (
                "a.rs",
                "mod inner { use super::super::b::B; use super::A; fn a() { self::c(); } }",
            ),
            ("b.rs", "fn b() { let a = crate::a::inner::A; }"),
        ];
        let expected =
            "circle: src/a.rs:1 names `b::B` → src/b.rs:1 names `a::inner::A` → src/a.rs";
        assert_eq!(circles(&files, &[]), [expected]);
    }

    #[test]
    fn an_allowed_circle_passes_as_long_as_it_exists() {
        assert_eq!(circles(TWO, &[&["b.rs", "a.rs"]]), NONE);
        let vanished = "tests/layering.rs: src/a.rs, src/b.rs are an allowed circle, \
            but these files, and no others, do not form one";
        let files = [("a.rs", "use crate::b::B;"), ("b.rs", "")];
        assert_eq!(circles(&files, &[&["a.rs", "b.rs"]]), [vanished]);
        assert_eq!(circles(&[], &[&["a.rs", "b.rs"]]), [vanished]);
    }

    #[test]
    fn an_allowed_circle_may_not_grow() {
        let files = [
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::a::A; use crate::c::C;"),
            ("c.rs", "use crate::b::B;"),
        ];
        let expected = [
            "tests/layering.rs: src/a.rs, src/b.rs are an allowed circle, \
                but these files, and no others, do not form one",
            "circle: src/c.rs:1 names `b::B` → src/b.rs:1 names `c::C` → src/c.rs",
        ];
        assert_eq!(circles(&files, &[&["a.rs", "b.rs"]]), expected);
    }
}
