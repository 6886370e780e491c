#!/bin/sh
# Fetches the fonts of the PDF invoice: Noto Sans, and its Japanese, Korean and
# Chinese companions, in regular and bold. Versions and checksums are pinned.
# A font that is here already is only verified, so that a second run downloads
# nothing. Needs npm, tar, gzip and sha256sum (or shasum).
set -eu
cd "$(dirname "$0")"

# file, package, version, file in the package, sha256 of the font
fonts='
NotoSans-Regular   noto-sans    0.4.2 400Regular/NotoSans_400Regular.ttf   fe8c022f48d8dd29f17b744d16f9346f4357e16f7d4f7be58b000ae7c291b614
NotoSans-Bold      noto-sans    0.4.2 700Bold/NotoSans_700Bold.ttf         13a813c49624ae3ba3c5c6e72c5ebffc4b9e1e6ea32f421c04069b037c6ad431
NotoSansJP-Regular noto-sans-jp 0.4.3 400Regular/NotoSansJP_400Regular.ttf d930d5d52d15231c283089760f84584272ad5e37e14607ba0d19c798e7a9caec
NotoSansJP-Bold    noto-sans-jp 0.4.3 700Bold/NotoSansJP_700Bold.ttf       c5b7b9d6a6eb682b0d4e6bbb38509575fd2759a28f147daa74714d1359a7909e
NotoSansKR-Regular noto-sans-kr 0.4.3 400Regular/NotoSansKR_400Regular.ttf 8cbc9b353bb9ce848fd69bb6a507319dfacc659cf5fd643db5d88f3c4970e1dd
NotoSansKR-Bold    noto-sans-kr 0.4.3 700Bold/NotoSansKR_700Bold.ttf       4ffa20c272ae6d689f7c8d34ff9c8039a326e9c334d9fc8852b2a7396227d077
NotoSansSC-Regular noto-sans-sc 0.4.3 400Regular/NotoSansSC_400Regular.ttf d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16
NotoSansSC-Bold    noto-sans-sc 0.4.3 700Bold/NotoSansSC_700Bold.ttf       9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96
NotoSansTC-Regular noto-sans-tc 0.4.3 400Regular/NotoSansTC_400Regular.ttf add35d53f70727657b4509531677c4e3712b67df3d54661efdee5d3a0c16d954
NotoSansTC-Bold    noto-sans-tc 0.4.3 700Bold/NotoSansTC_700Bold.ttf       ed4ae6ed781e34d0beee896e9be5d835a938ac7adabbcc1b6b6904290006f372
'

if command -v sha256sum >/dev/null 2>&1; then
	sha256() { sha256sum | cut -d' ' -f1; }
else
	sha256() { shasum -a 256 | cut -d' ' -f1; }
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# unpack downloads a package once a run and unpacks it to $scratch/<name>.
unpack() {
	[ -d "$scratch/$1" ] && return
	echo "fetching @expo-google-fonts/$1@$2"
	archive=$(cd "$scratch" && npm pack --silent "@expo-google-fonts/$1@$2")
	mkdir "$scratch/$1"
	tar -xzf "$scratch/$archive" -C "$scratch/$1" --strip-components=1
	rm "$scratch/$archive"
}

echo "$fonts" | while read -r file package version path sum; do
	[ -n "$file" ] || continue
	licence="${file%-*}.OFL.txt" # the Open Font License asks to travel with the font
	if [ -f "$licence" ] && [ -f "$file.ttf.gz" ] && [ "$(gzip -dc "$file.ttf.gz" | sha256)" = "$sum" ]; then
		continue
	fi
	unpack "$package" "$version"
	got=$(sha256 <"$scratch/$package/$path")
	if [ "$got" != "$sum" ]; then
		echo "$path of @expo-google-fonts/$package@$version has the sha256 $got, not $sum; nothing of it was kept" >&2
		exit 1
	fi
	gzip -9nc "$scratch/$package/$path" >"$scratch/$file.ttf.gz"
	cp "$scratch/$package/LICENSE_FONT" "$licence"
	mv "$scratch/$file.ttf.gz" "$file.ttf.gz" # last and at once: a broken run leaves no half font
done
