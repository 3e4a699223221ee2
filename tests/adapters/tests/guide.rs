//! The guide pages show the recipes, and the table of the page `adapters` has the right number of lines of each recipe.

use std::{fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Returns the `rust,ignore` blocks of a page: Rust code that rustdoc does not compile.
fn blocks(page: &str) -> Vec<String> {
    let page = read(&format!("../../src/guide/{page}.md"));
    let blocks = page.split("```").skip(1).step_by(2);
    blocks
        .filter_map(|block| block.strip_prefix("rust,ignore\n"))
        .map(String::from)
        .collect()
}

/// Returns a recipe without its first comment.
fn recipe(name: &str) -> String {
    let file = read(&format!("src/{name}.rs"));
    let lines = file
        .lines()
        .skip_while(|line| line.starts_with("//!") || line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

const FRAMEWORKS: [&str; 6] = ["hyper", "lambda", "poem", "rocket", "salvo", "warp"];

#[test]
fn pages_show_the_recipes() {
    assert_eq!(blocks("adapters"), FRAMEWORKS.map(recipe));
    assert_eq!(blocks("logging_denials"), [recipe("logging")]);
}

#[test]
fn table_has_the_lines_of_each_recipe() {
    let page = read("../../src/guide/adapters.md");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| [")?.split('|').map(str::trim);
        let name = cells.next()?.rsplit_once('#')?.1.trim_end_matches(')');
        Some((name.to_owned(), cells.next()?.parse().ok()?))
    });
    let counted = FRAMEWORKS.map(|name| {
        let recipe = recipe(name);
        let lines = recipe.lines().filter(|line| !line.is_empty());
        (name.to_owned(), lines.count())
    });
    assert_eq!(rows.collect::<Vec<(String, usize)>>(), counted);
}
