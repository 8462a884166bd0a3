//! What is taken from tree-sitter: the tokens that no context changes.
//!
//! The grammar builds wrong trees in the shapes that decide what becomes of a failure, and now and then loses a whole
//! file to one error. Its smallest tokens are another matter: by their own definition a `word` holds no operator, no
//! blank and no quote that is not escaped, wherever in a tree it stands. So the reader takes the extent of these from
//! the tree, at the places where its own grammar expects one, and reads everything else itself.

use tree_sitter::{Node, Parser};

use super::kinds::{KINDS, LANGUAGE};
use super::word::is_plain;

/// How many bytes of a usual script there are for one atom, or somewhat less.
const BYTES_PER_ATOM: usize = 16;

/// The longest text, in bytes, that is handed to tree-sitter: its tree takes up to 300 times as much memory.
const MAX_PARSED: usize = 4 << 20;

/// How many `<<` a line may hold. The grammar's scanner carries all open here-documents from token to token: 20,000 of them on a
/// line take it a minute, and twice as many several.
const MAX_ANNOUNCED: usize = 100;

/// The kinds of atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtomKind {
    /// A run of plain characters.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// From `#` to the end of the line.
    Comment,
}

#[derive(Clone, Copy, Debug)]
struct Atom {
    start: u32,
    end: u32,
    kind: AtomKind,
}

/// The atoms of a text, in order.
pub(super) struct Atoms {
    atoms: Vec<Atom>,
    next: usize,
}

impl Atoms {
    /// No atoms: the reader reads every byte itself.
    pub(super) fn none() -> Self {
        Self { atoms: Vec::new(), next: 0 }
    }

    /// The atoms that tree-sitter finds in `text`; none where it gives no tree, or would take too long for one.
    pub(super) fn of(text: &[u8]) -> Self {
        if text.len() > MAX_PARSED || announces_too_much(text) {
            return Self::none();
        }
        let mut parser = Parser::new();
        let loaded = parser.set_language(&LANGUAGE);
        debug_assert!(loaded.is_ok(), "grammar and library are of one version");
        let Some(tree) = parser.parse(text, None) else { return Self::none() };
        Self { atoms: collect(tree.root_node(), text), next: 0 }
    }

    /// The end of the atom of this kind that starts at `offset`, if there is one.
    pub(super) fn end(&mut self, offset: usize, kind: AtomKind) -> Option<usize> {
        self.seek(offset);
        let atom = self.atoms.get(self.next)?;
        (atom.start as usize == offset && atom.kind == kind).then_some(atom.end as usize)
    }

    /// The reader mostly moves forwards; after it has gone back, the place is searched anew.
    fn seek(&mut self, offset: usize) {
        let passed = self.next.checked_sub(1).and_then(|last| self.atoms.get(last));
        if passed.is_some_and(|atom| atom.start as usize >= offset) {
            self.next = self.atoms.partition_point(|atom| (atom.start as usize) < offset);
        }
        while self.atoms.get(self.next).is_some_and(|atom| (atom.start as usize) < offset) {
            self.next += 1;
        }
    }
}

fn announces_too_much(text: &[u8]) -> bool {
    let mut line_end = 0;
    let mut count = 0;
    for at in memchr::memmem::find_iter(text, b"<<") {
        if at >= line_end {
            count = 0;
            line_end = at + memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
        }
        count += 1;
        if count > MAX_ANNOUNCED {
            return true;
        }
    }
    false
}

fn collect(root: Node<'_>, text: &[u8]) -> Vec<Atom> {
    let mut atoms = Vec::with_capacity(text.len() / BYTES_PER_ATOM);
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let found = atom(node, text);
        let descend = found.is_none() && may_hold_atoms(node) && cursor.goto_first_child();
        atoms.extend(found);
        if descend {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return atoms;
            }
        }
    }
}

/// Inside an ERROR the scanner may have been in the wrong state: nothing is taken from there. In strings, expansions and
/// the like there is little to take, and walking through them costs more than reading them.
fn may_hold_atoms(node: Node<'_>) -> bool {
    node.is_named() && !node.is_error() && !KINDS.opaque.contains(&node.kind_id())
}

fn atom(node: Node<'_>, text: &[u8]) -> Option<Atom> {
    let kind = match node.kind_id() {
        id if id == KINDS.word || id == KINDS.number => AtomKind::Plain,
        id if id == KINDS.raw_string => AtomKind::SingleQuoted,
        id if id == KINDS.comment => AtomKind::Comment,
        _ => return None,
    };
    let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
    let sound = start < end && is_sound(kind, &text[start as usize..end as usize], text.get(end as usize));
    sound.then_some(Atom { start, end, kind })
}

/// The grammar gives the same names to tokens of other places, with blanks or escapes in them: those are left out, so that
/// a text is read the same with atoms and without.
fn is_sound(kind: AtomKind, token: &[u8], next: Option<&u8>) -> bool {
    match kind {
        AtomKind::Plain => token.iter().all(|&byte| is_plain(byte)),
        AtomKind::SingleQuoted => matches!(token, [b'\'', inside @ .., b'\''] if !inside.contains(&b'\'')),
        // At a NUL the grammar ends a comment before its line ends.
        AtomKind::Comment => matches!(next, None | Some(b'\n')) && !token.contains(&b'\n'),
    }
}
