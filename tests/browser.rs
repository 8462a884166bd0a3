//! The pages that `trace --format html` and `--output-format html` write, as a browser shows them. Needs Chromium or Chrome.
#![cfg(test)]

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const STORY: &str = include_str!("scripts/story/backup.sh");
/// Does what it can to get out of the page's source.
const HOSTILE: &str = "#!/bin/bash\n# </script><script>document.title = 'broken out'</script> <!-- ]]>\n\
    cp \"</div><img src=x onerror=document.title='broken_out'>\" '&lt;b' \u{202e}evil\u{7}\n\
    rm -- '--></script>'\necho \"backup completed 🗻\"\n";

/// The browser of this machine. A machine without one says so, and fails where `CI` is set.
fn browser() -> Option<&'static str> {
    let there = |name: &&str| {
        let version =
            Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    let found = BROWSERS.into_iter().find(there);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "no browser to look at the page with: {BROWSERS:?}");
        eprintln!("SKIPPED: no browser to look at the page with: {BROWSERS:?}");
    }
    found
}

/// The page of these scripts' traces.
fn page(scripts: &[(&str, &[u8])]) -> TempDir {
    written(scripts, &["trace", "--format", "html", "-o", "page.html", "."])
}

/// What the program writes of these scripts.
fn written(scripts: &[(&str, &[u8])], arguments: &[&str]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in scripts {
        File::create(root.path().join(name)).unwrap().write_all(text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_lint-scripts"))
        .args(arguments)
        .current_dir(&root)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    root
}

/// The document as it stands after the page's program has run, at an address within the page.
fn shown(browser: &str, page: &TempDir, address: &str) -> String {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--window-size=1400,900", "--virtual-time-budget=3000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}/page.html{address}", page.path().display()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    assert!(dom.contains("</html>"), "{}", String::from_utf8_lossy(&output.stderr));
    dom
}

/// Of the elements with this opening, the text up to the next tag.
fn texts<'a>(dom: &'a str, opening: &str) -> Vec<&'a str> {
    let behind = dom.split(opening).skip(1);
    behind.filter_map(|rest| rest.split_once('>')?.1.split('<').next()).collect()
}

/// The steps that the page tells, without the lines behind them.
fn steps(dom: &str) -> Vec<String> {
    let items = dom.split(" data-n=\"").skip(1).filter_map(|rest| rest.split_once("<span class=\"where\">"));
    let bare = |(item, _): (&str, &str)| {
        let parts = item.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        parts
            .skip(1)
            .fold(item.split('<').next().unwrap().split_once('>').unwrap().1.to_owned(), |a, b| a + b)
    };
    items.map(bare).collect()
}

#[test]
fn choosing_a_command_shows_its_way() {
    let Some(browser) = browser() else { return };
    let page = page(&[("backup.sh", STORY.as_bytes())]);
    let dom = shown(browser, &page, "#L3");
    let told = [
        "pg_dump fails",
        "the pipeline's status is that of gzip, which replaces it",
        "the script goes on: aws runs",
        "rm can still run, and destroys",
        "echo can still run, and claims success",
        "the script exits 0",
    ];
    assert_eq!(steps(&dom), told);
    assert_eq!(dom.matches("<polygon").count(), 4, "an arrow leads to each place but the first");
    assert_eq!(dom.matches("<g class=\"badge").count(), told.len(), "each step is marked in the source");

    let dom = shown(browser, &page, "#L7");
    assert_eq!(steps(&dom)[0], "rm fails");
    let dom = shown(browser, &page, "#L8");
    assert!(steps(&dom).is_empty(), "what cannot fail has no way");
    assert!(dom.contains("only prints"));
}

/// The page after these events, given as JavaScript.
fn after(browser: &str, page: &TempDir, address: &str, events: &str) -> String {
    let path = page.path().join("page.html");
    let source = fs::read_to_string(&path).unwrap();
    let script = format!(
        "<script>const press = (...keys) => keys.forEach((key) => document.body.dispatchEvent(\
         new KeyboardEvent('keydown', {{ key, bubbles: true }})));{events}</script></body>"
    );
    File::create(&path).unwrap().write_all(source.replace("</body>", &script).as_bytes()).unwrap();
    let dom = shown(browser, page, address);
    File::create(&path).unwrap().write_all(source.as_bytes()).unwrap();
    dom
}

#[test]
fn keys_and_clicks_choose_too() {
    let Some(browser) = browser() else { return };
    let text = "#!/bin/sh\ncp a b || exit 1\ncp c d\nls x | wc\nrm c\n";
    let page = page(&[("a.sh", text.as_bytes())]);
    let first = |dom: &str| steps(dom).first().cloned();
    let dom = after(browser, &page, "#L2", "press('n')");
    assert_eq!(first(&dom).as_deref(), Some("cp fails"));
    assert!(dom.contains("<span class=\"where\"> line 3</span>"), "the next silent one is on line 3");
    let dom = after(browser, &page, "#L2", "press('n', 'n', 'k', 'k')");
    assert!(dom.contains("exit 1") && dom.contains("<span class=\"where\"> line 2</span>"), "and back");
    let dom = after(browser, &page, "", "document.querySelector('[data-c=\"0\"]').click()");
    assert_eq!(first(&dom).as_deref(), Some("cp fails"));
    let dom = after(browser, &page, "#L3", "press('Escape', 's', 't')");
    assert!(dom.contains("Failures that are lost") && steps(&dom).is_empty(), "nothing is chosen");
    assert!(dom.contains("<body class=\"only-silent\">") && dom.contains("data-theme=\"dark\""));
}

#[test]
fn nothing_gets_out_of_the_source() {
    let Some(browser) = browser() else { return };
    let bytes = [HOSTILE.as_bytes(), b"cp \xff\xfe x\r\n"].concat();
    for others in [&[][..], &[("b.sh", STORY.as_bytes())]] {
        let page = page(&[&[("a.sh", bytes.as_slice())], others].concat());
        let dom = shown(browser, &page, if others.is_empty() { "#L3" } else { "#2L3" });
        let title = texts(&dom, "<title");
        assert!(!title[0].contains("broken"), "{title:?}");
        assert!(!dom.contains("<img"), "a tag of the script became one of the page");
        assert!(dom.contains("&lt;/script&gt;&lt;script&gt;document.title"), "the comment is shown as it is");
        assert!(!dom.contains(['\u{202e}', '\u{7}']), "what acts on a text is replaced");
        assert_eq!(steps(&dom)[0], "cp fails");
    }
}

#[test]
fn of_many_scripts_the_worst_comes_first_and_the_address_chooses() {
    let Some(browser) = browser() else { return };
    let loud = b"#!/bin/sh\nset -e\ncp a b\n";
    let page = page(&[("a.sh", loud.as_slice()), ("b.sh", STORY.as_bytes())]);
    let source = fs::read_to_string(page.path().join("page.html")).unwrap();
    assert_eq!(texts(&source, "<span class=\"path\""), ["b.sh", "a.sh"]);
    let dom = shown(browser, &page, "");
    assert!(dom.contains("aria-label=\"b.sh\""), "the worst is shown first");
    let dom = shown(browser, &page, "#2L3");
    assert!(dom.contains("<section class=\"script\" aria-label=\"a.sh\""));
    assert_eq!(steps(&dom).last().unwrap(), "the script exits non-zero");
}

const FINDINGS: [&str; 4] = ["--exit-zero", "--output-format", "html=page.html", "."];

#[test]
fn the_pages_ask_for_nothing_else() {
    let story = [("backup.sh", STORY.as_bytes())];
    // The name of SVG's elements is an address.
    for (page, addresses) in [(page(&story), 1), (written(&story, &FINDINGS), 0)] {
        let source = fs::read_to_string(page.path().join("page.html")).unwrap();
        for outside in ["http://", "https://", "@import", "url(", "<link rel=\"stylesheet", "src="] {
            let expected = if outside == "http://" { addresses } else { 0 };
            assert_eq!(source.matches(outside).count(), expected, "{outside}");
        }
    }
}

#[test]
fn findings_are_shown_with_their_lines_and_nothing_gets_out_of_them() {
    let Some(browser) = browser() else { return };
    let page = written(&[("a.sh", HOSTILE.as_bytes()), ("backup.sh", STORY.as_bytes())], &FINDINGS);
    let dom = shown(browser, &page, "");
    assert_eq!(texts(&dom, "<title"), ["lint-scripts"]);
    assert_eq!(texts(&dom, "<h2"), ["a.sh", "backup.sh"]);
    assert!(!dom.contains("<img") && !dom.contains("<script"), "a tag of the script became one of the page");
    assert!(!dom.contains(['\u{202e}', '\u{7}']), "what acts on a text is replaced");
    assert!(dom.contains("<i>3</i>pg_dump mydb | gzip &gt; /tmp/backup.sql.gz</span>"), "the line is shown");
    assert!(dom.contains("<li>`pg_dump` fails <small>line 3</small></li>"), "the way is told");
}
