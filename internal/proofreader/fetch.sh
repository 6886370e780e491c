#!/bin/sh
# Fetches the rules and checkers of electronic invoices and PDF/A into
# .tools/proofreader (Maven) and compiles the program that asks them (javac).
# Prints what was fetched. Does nothing where all is as it was.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$here/../../.tools/proofreader
mustang=org.mustangproject:validator:2.26.0:jar:shaded # with veraPDF inside
made=$(cat "$here/fetch.sh" "$here/java/pom.xml" "$here"/java/*/*.java | cksum)
if [ "$(cat "$to/made" 2>/dev/null)" = "$made" ]; then
	exit 0
fi
for command in java javac mvn; do
	command -v "$command" >/dev/null || { echo "$command is not installed"; exit 1; }
done
done=$to
to=$done.new # what is in use stays as it is until all is there
rm -rf "$to"
mkdir -p "$to/rules" "$to/pages" "$to/loop"
mvn -q -B -Dstyle.color=never -f "$here/java/pom.xml" dependency:copy-dependencies -DoutputDirectory="$to/rules" >&2
mvn -q -B -Dstyle.color=never -f "$here/java/pom.xml" dependency:copy -Dartifact="$mustang" -DoutputDirectory="$to/pages" >&2
javac --release 17 -nowarn -d "$to/loop" "$here"/java/loop/*.java
for part in rules pages; do
	javac --release 17 -nowarn -proc:none -cp "$to/$part/*" -d "$to/$part" "$here/java/$part"/*.java
done
echo "fetched to check invoices:"
ls "$to/rules" "$to/pages" | grep -E '^(phive|validator|ph-schematron|Saxon).*jar$' | sed 's/\.jar$//; s/^/  /'
versions=$(printf 'versions\t-\n' | java -cp "$to/loop" Proofreader "$to")
case $versions in
*'en16931-ubl: '*) ;;
*) echo "the checkers do not start: $versions"; exit 1 ;;
esac
echo "$versions" | sed '/^\.$/d; s/^/  /'
echo "$made" >"$to/made"
rm -rf "$done"
mv "$to" "$done"
