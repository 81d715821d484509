"""Scripts, some other properties and case of Unicode 16.0.0.

Written by tools/make_property_tables.py; do not edit, run `make tables`. Ranges are
hexadecimal: "41-5a 61" is A to Z and a.
"""

UNICODE_VERSION = "16.0.0"

# fmt: off

# The characters of each script.
SCRIPTS = {
    "ADLAM":
        "1e900-1e94b 1e950-1e959 1e95e-1e95f",
    "AHOM":
        "11700-1171a 1171d-1172b 11730-11746",
    "ANATOLIANHIEROGLYPHS":
        "14400-14646",
    "ARABIC":
        "600-604 606-60b 60d-61a 61c-61e 620-63f 641-64a 656-66f 671-6dc 6de-6ff 750-77f "
        "870-88e 890-891 897-8e1 8e3-8ff fb50-fbc2 fbd3-fd3d fd40-fd8f fd92-fdc7 fdcf "
        "fdf0-fdff fe70-fe74 fe76-fefc 10e60-10e7e 10ec2-10ec4 10efc-10eff 1ee00-1ee03 "
        "1ee05-1ee1f 1ee21-1ee22 1ee24 1ee27 1ee29-1ee32 1ee34-1ee37 1ee39 1ee3b 1ee42 1ee47 "
        "1ee49 1ee4b 1ee4d-1ee4f 1ee51-1ee52 1ee54 1ee57 1ee59 1ee5b 1ee5d 1ee5f 1ee61-1ee62 "
        "1ee64 1ee67-1ee6a 1ee6c-1ee72 1ee74-1ee77 1ee79-1ee7c 1ee7e 1ee80-1ee89 1ee8b-1ee9b "
        "1eea1-1eea3 1eea5-1eea9 1eeab-1eebb 1eef0-1eef1",
    "ARMENIAN":
        "531-556 559-58a 58d-58f fb13-fb17",
    "AVESTAN":
        "10b00-10b35 10b39-10b3f",
    "BALINESE":
        "1b00-1b4c 1b4e-1b7f",
    "BAMUM":
        "a6a0-a6f7 16800-16a38",
    "BASSAVAH":
        "16ad0-16aed 16af0-16af5",
    "BATAK":
        "1bc0-1bf3 1bfc-1bff",
    "BENGALI":
        "980-983 985-98c 98f-990 993-9a8 9aa-9b0 9b2 9b6-9b9 9bc-9c4 9c7-9c8 9cb-9ce 9d7 "
        "9dc-9dd 9df-9e3 9e6-9fe",
    "BHAIKSUKI":
        "11c00-11c08 11c0a-11c36 11c38-11c45 11c50-11c6c",
    "BOPOMOFO":
        "2ea-2eb 3105-312f 31a0-31bf",
    "BRAHMI":
        "11000-1104d 11052-11075 1107f",
    "BRAILLE":
        "2800-28ff",
    "BUGINESE":
        "1a00-1a1b 1a1e-1a1f",
    "BUHID":
        "1740-1753",
    "CANADIANABORIGINAL":
        "1400-167f 18b0-18f5 11ab0-11abf",
    "CARIAN":
        "102a0-102d0",
    "CAUCASIANALBANIAN":
        "10530-10563 1056f",
    "CHAKMA":
        "11100-11134 11136-11147",
    "CHAM":
        "aa00-aa36 aa40-aa4d aa50-aa59 aa5c-aa5f",
    "CHEROKEE":
        "13a0-13f5 13f8-13fd ab70-abbf",
    "CHORASMIAN":
        "10fb0-10fcb",
    "COMMON":
        "0-40 5b-60 7b-a9 ab-b9 bb-bf d7 f7 2b9-2df 2e5-2e9 2ec-2ff 374 37e 385 387 605 60c "
        "61b 61f 640 6dd 8e2 964-965 e3f fd5-fd8 10fb 16eb-16ed 1735-1736 1802-1803 1805 1cd3 "
        "1ce1 1ce9-1cec 1cee-1cf3 1cf5-1cf7 1cfa 2000-200b 200e-2064 2066-2070 2074-207e "
        "2080-208e 20a0-20c0 2100-2125 2127-2129 212c-2131 2133-214d 214f-215f 2189-218b "
        "2190-2429 2440-244a 2460-27ff 2900-2b73 2b76-2b95 2b97-2bff 2e00-2e5d 2ff0-3004 3006 "
        "3008-3020 3030-3037 303c-303f 309b-309c 30a0 30fb-30fc 3190-319f 31c0-31e5 31ef "
        "3220-325f 327f-32cf 32ff 3358-33ff 4dc0-4dff a700-a721 a788-a78a a830-a839 a92e a9cf "
        "ab5b ab6a-ab6b fd3e-fd3f fe10-fe19 fe30-fe52 fe54-fe66 fe68-fe6b feff ff01-ff20 "
        "ff3b-ff40 ff5b-ff65 ff70 ff9e-ff9f ffe0-ffe6 ffe8-ffee fff9-fffd 10100-10102 "
        "10107-10133 10137-1013f 10190-1019c 101d0-101fc 102e1-102fb 1bca0-1bca3 1cc00-1ccf9 "
        "1cd00-1ceb3 1cf50-1cfc3 1d000-1d0f5 1d100-1d126 1d129-1d166 1d16a-1d17a 1d183-1d184 "
        "1d18c-1d1a9 1d1ae-1d1ea 1d2c0-1d2d3 1d2e0-1d2f3 1d300-1d356 1d360-1d378 1d400-1d454 "
        "1d456-1d49c 1d49e-1d49f 1d4a2 1d4a5-1d4a6 1d4a9-1d4ac 1d4ae-1d4b9 1d4bb 1d4bd-1d4c3 "
        "1d4c5-1d505 1d507-1d50a 1d50d-1d514 1d516-1d51c 1d51e-1d539 1d53b-1d53e 1d540-1d544 "
        "1d546 1d54a-1d550 1d552-1d6a5 1d6a8-1d7cb 1d7ce-1d7ff 1ec71-1ecb4 1ed01-1ed3d "
        "1f000-1f02b 1f030-1f093 1f0a0-1f0ae 1f0b1-1f0bf 1f0c1-1f0cf 1f0d1-1f0f5 1f100-1f1ad "
        "1f1e6-1f1ff 1f201-1f202 1f210-1f23b 1f240-1f248 1f250-1f251 1f260-1f265 1f300-1f6d7 "
        "1f6dc-1f6ec 1f6f0-1f6fc 1f700-1f776 1f77b-1f7d9 1f7e0-1f7eb 1f7f0 1f800-1f80b "
        "1f810-1f847 1f850-1f859 1f860-1f887 1f890-1f8ad 1f8b0-1f8bb 1f8c0-1f8c1 1f900-1fa53 "
        "1fa60-1fa6d 1fa70-1fa7c 1fa80-1fa89 1fa8f-1fac6 1face-1fadc 1fadf-1fae9 1faf0-1faf8 "
        "1fb00-1fb92 1fb94-1fbf9 e0001 e0020-e007f",
    "COPTIC":
        "3e2-3ef 2c80-2cf3 2cf9-2cff",
    "CUNEIFORM":
        "12000-12399 12400-1246e 12470-12474 12480-12543",
    "CYPRIOT":
        "10800-10805 10808 1080a-10835 10837-10838 1083c 1083f",
    "CYPROMINOAN":
        "12f90-12ff2",
    "CYRILLIC":
        "400-484 487-52f 1c80-1c8a 1d2b 1d78 2de0-2dff a640-a69f fe2e-fe2f 1e030-1e06d 1e08f",
    "DESERET":
        "10400-1044f",
    "DEVANAGARI":
        "900-950 955-963 966-97f a8e0-a8ff 11b00-11b09",
    "DIVESAKURU":
        "11900-11906 11909 1190c-11913 11915-11916 11918-11935 11937-11938 1193b-11946 "
        "11950-11959",
    "DOGRA":
        "11800-1183b",
    "DUPLOYAN":
        "1bc00-1bc6a 1bc70-1bc7c 1bc80-1bc88 1bc90-1bc99 1bc9c-1bc9f",
    "EGYPTIANHIEROGLYPHS":
        "13000-13455 13460-143fa",
    "ELBASAN":
        "10500-10527",
    "ELYMAIC":
        "10fe0-10ff6",
    "ETHIOPIC":
        "1200-1248 124a-124d 1250-1256 1258 125a-125d 1260-1288 128a-128d 1290-12b0 12b2-12b5 "
        "12b8-12be 12c0 12c2-12c5 12c8-12d6 12d8-1310 1312-1315 1318-135a 135d-137c 1380-1399 "
        "2d80-2d96 2da0-2da6 2da8-2dae 2db0-2db6 2db8-2dbe 2dc0-2dc6 2dc8-2dce 2dd0-2dd6 "
        "2dd8-2dde ab01-ab06 ab09-ab0e ab11-ab16 ab20-ab26 ab28-ab2e 1e7e0-1e7e6 1e7e8-1e7eb "
        "1e7ed-1e7ee 1e7f0-1e7fe",
    "GARAY":
        "10d40-10d65 10d69-10d85 10d8e-10d8f",
    "GEORGIAN":
        "10a0-10c5 10c7 10cd 10d0-10fa 10fc-10ff 1c90-1cba 1cbd-1cbf 2d00-2d25 2d27 2d2d",
    "GLAGOLITIC":
        "2c00-2c5f 1e000-1e006 1e008-1e018 1e01b-1e021 1e023-1e024 1e026-1e02a",
    "GOTHIC":
        "10330-1034a",
    "GRANTHA":
        "11300-11303 11305-1130c 1130f-11310 11313-11328 1132a-11330 11332-11333 11335-11339 "
        "1133c-11344 11347-11348 1134b-1134d 11350 11357 1135d-11363 11366-1136c 11370-11374",
    "GREEK":
        "370-373 375-377 37a-37d 37f 384 386 388-38a 38c 38e-3a1 3a3-3e1 3f0-3ff 1d26-1d2a "
        "1d5d-1d61 1d66-1d6a 1dbf 1f00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b "
        "1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe "
        "2126 ab65 10140-1018e 101a0 1d200-1d245",
    "GUJARATI":
        "a81-a83 a85-a8d a8f-a91 a93-aa8 aaa-ab0 ab2-ab3 ab5-ab9 abc-ac5 ac7-ac9 acb-acd ad0 "
        "ae0-ae3 ae6-af1 af9-aff",
    "GUNJALAGONDI":
        "11d60-11d65 11d67-11d68 11d6a-11d8e 11d90-11d91 11d93-11d98 11da0-11da9",
    "GURMUKHI":
        "a01-a03 a05-a0a a0f-a10 a13-a28 a2a-a30 a32-a33 a35-a36 a38-a39 a3c a3e-a42 a47-a48 "
        "a4b-a4d a51 a59-a5c a5e a66-a76",
    "GURUNGKHEMA":
        "16100-16139",
    "HANGUL":
        "1100-11ff 302e-302f 3131-318e 3200-321e 3260-327e a960-a97c ac00-d7a3 d7b0-d7c6 "
        "d7cb-d7fb ffa0-ffbe ffc2-ffc7 ffca-ffcf ffd2-ffd7 ffda-ffdc",
    "HANI":
        "2e80-2e99 2e9b-2ef3 2f00-2fd5 3005 3007 3021-3029 3038-303b 3400-4dbf 4e00-9fff "
        "f900-fa6d fa70-fad9 16fe2-16fe3 16ff0-16ff1 20000-2a6df 2a700-2b739 2b740-2b81d "
        "2b820-2cea1 2ceb0-2ebe0 2ebf0-2ee5d 2f800-2fa1d 30000-3134a 31350-323af",
    "HANIFIROHINGYA":
        "10d00-10d27 10d30-10d39",
    "HANUNOO":
        "1720-1734",
    "HATRAN":
        "108e0-108f2 108f4-108f5 108fb-108ff",
    "HEBREW":
        "591-5c7 5d0-5ea 5ef-5f4 fb1d-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 fb46-fb4f",
    "HIRAGANA":
        "3041-3096 309d-309f 1b001-1b11f 1b132 1b150-1b152 1f200",
    "IMPERIALARAMAIC":
        "10840-10855 10857-1085f",
    "INHERITED":
        "300-36f 485-486 64b-655 670 951-954 1ab0-1ace 1cd0-1cd2 1cd4-1ce0 1ce2-1ce8 1ced "
        "1cf4 1cf8-1cf9 1dc0-1dff 200c-200d 20d0-20f0 302a-302d 3099-309a fe00-fe0f fe20-fe2d "
        "101fd 102e0 1133b 1cf00-1cf2d 1cf30-1cf46 1d167-1d169 1d17b-1d182 1d185-1d18b "
        "1d1aa-1d1ad e0100-e01ef",
    "INSCRIPTIONALPAHLAVI":
        "10b60-10b72 10b78-10b7f",
    "INSCRIPTIONALPARTHIAN":
        "10b40-10b55 10b58-10b5f",
    "JAVANESE":
        "a980-a9cd a9d0-a9d9 a9de-a9df",
    "KAITHI":
        "11080-110c2 110cd",
    "KANNADA":
        "c80-c8c c8e-c90 c92-ca8 caa-cb3 cb5-cb9 cbc-cc4 cc6-cc8 cca-ccd cd5-cd6 cdd-cde "
        "ce0-ce3 ce6-cef cf1-cf3",
    "KATAKANA":
        "30a1-30fa 30fd-30ff 31f0-31ff 32d0-32fe 3300-3357 ff66-ff6f ff71-ff9d 1aff0-1aff3 "
        "1aff5-1affb 1affd-1affe 1b000 1b120-1b122 1b155 1b164-1b167",
    "KAWI":
        "11f00-11f10 11f12-11f3a 11f3e-11f5a",
    "KAYAHLI":
        "a900-a92d a92f",
    "KHAROSHTHI":
        "10a00-10a03 10a05-10a06 10a0c-10a13 10a15-10a17 10a19-10a35 10a38-10a3a 10a3f-10a48 "
        "10a50-10a58",
    "KHITANSMALLSCRIPT":
        "16fe4 18b00-18cd5 18cff",
    "KHMER":
        "1780-17dd 17e0-17e9 17f0-17f9 19e0-19ff",
    "KHOJKI":
        "11200-11211 11213-11241",
    "KHUDAWADI":
        "112b0-112ea 112f0-112f9",
    "KIRATRAI":
        "16d40-16d79",
    "LAOO":
        "e81-e82 e84 e86-e8a e8c-ea3 ea5 ea7-ebd ec0-ec4 ec6 ec8-ece ed0-ed9 edc-edf",
    "LATIN":
        "41-5a 61-7a aa ba c0-d6 d8-f6 f8-2b8 2e0-2e4 1d00-1d25 1d2c-1d5c 1d62-1d65 1d6b-1d77 "
        "1d79-1dbe 1e00-1eff 2071 207f 2090-209c 212a-212b 2132 214e 2160-2188 2c60-2c7f "
        "a722-a787 a78b-a7cd a7d0-a7d1 a7d3 a7d5-a7dc a7f2-a7ff ab30-ab5a ab5c-ab64 ab66-ab69 "
        "fb00-fb06 ff21-ff3a ff41-ff5a 10780-10785 10787-107b0 107b2-107ba 1df00-1df1e "
        "1df25-1df2a",
    "LEPCHA":
        "1c00-1c37 1c3b-1c49 1c4d-1c4f",
    "LIMBU":
        "1900-191e 1920-192b 1930-193b 1940 1944-194f",
    "LINEARA":
        "10600-10736 10740-10755 10760-10767",
    "LINEARB":
        "10000-1000b 1000d-10026 10028-1003a 1003c-1003d 1003f-1004d 10050-1005d 10080-100fa",
    "LISU":
        "a4d0-a4ff 11fb0",
    "LYCIAN":
        "10280-1029c",
    "LYDIAN":
        "10920-10939 1093f",
    "MAHAJANI":
        "11150-11176",
    "MAKASAR":
        "11ee0-11ef8",
    "MALAYALAM":
        "d00-d0c d0e-d10 d12-d44 d46-d48 d4a-d4f d54-d63 d66-d7f",
    "MANDAIC":
        "840-85b 85e",
    "MANICHAEAN":
        "10ac0-10ae6 10aeb-10af6",
    "MARCHEN":
        "11c70-11c8f 11c92-11ca7 11ca9-11cb6",
    "MASARAMGONDI":
        "11d00-11d06 11d08-11d09 11d0b-11d36 11d3a 11d3c-11d3d 11d3f-11d47 11d50-11d59",
    "MEDEFAIDRIN":
        "16e40-16e9a",
    "MEETEIMAYEK":
        "aae0-aaf6 abc0-abed abf0-abf9",
    "MENDEKIKAKUI":
        "1e800-1e8c4 1e8c7-1e8d6",
    "MEROITICCURSIVE":
        "109a0-109b7 109bc-109cf 109d2-109ff",
    "MEROITICHIEROGLYPHS":
        "10980-1099f",
    "MODI":
        "11600-11644 11650-11659",
    "MONGOLIAN":
        "1800-1801 1804 1806-1819 1820-1878 1880-18aa 11660-1166c",
    "MROO":
        "16a40-16a5e 16a60-16a69 16a6e-16a6f",
    "MULTANI":
        "11280-11286 11288 1128a-1128d 1128f-1129d 1129f-112a9",
    "MYANMAR":
        "1000-109f a9e0-a9fe aa60-aa7f 116d0-116e3",
    "NABATAEAN":
        "10880-1089e 108a7-108af",
    "NAGMUNDARI":
        "1e4d0-1e4f9",
    "NANDINAGARI":
        "119a0-119a7 119aa-119d7 119da-119e4",
    "NEWA":
        "11400-1145b 1145d-11461",
    "NEWTAILUE":
        "1980-19ab 19b0-19c9 19d0-19da 19de-19df",
    "NKOO":
        "7c0-7fa 7fd-7ff",
    "NUSHU":
        "16fe1 1b170-1b2fb",
    "NYIAKENGPUACHUEHMONG":
        "1e100-1e12c 1e130-1e13d 1e140-1e149 1e14e-1e14f",
    "OGHAM":
        "1680-169c",
    "OLCHIKI":
        "1c50-1c7f",
    "OLDHUNGARIAN":
        "10c80-10cb2 10cc0-10cf2 10cfa-10cff",
    "OLDITALIC":
        "10300-10323 1032d-1032f",
    "OLDNORTHARABIAN":
        "10a80-10a9f",
    "OLDPERMIC":
        "10350-1037a",
    "OLDPERSIAN":
        "103a0-103c3 103c8-103d5",
    "OLDSOGDIAN":
        "10f00-10f27",
    "OLDSOUTHARABIAN":
        "10a60-10a7f",
    "OLDTURKIC":
        "10c00-10c48",
    "OLDUYGHUR":
        "10f70-10f89",
    "OLONAL":
        "1e5d0-1e5fa 1e5ff",
    "ORIYA":
        "b01-b03 b05-b0c b0f-b10 b13-b28 b2a-b30 b32-b33 b35-b39 b3c-b44 b47-b48 b4b-b4d "
        "b55-b57 b5c-b5d b5f-b63 b66-b77",
    "OSAGE":
        "104b0-104d3 104d8-104fb",
    "OSMANYA":
        "10480-1049d 104a0-104a9",
    "PAHAWHHMONG":
        "16b00-16b45 16b50-16b59 16b5b-16b61 16b63-16b77 16b7d-16b8f",
    "PALMYRENE":
        "10860-1087f",
    "PAUCINHAU":
        "11ac0-11af8",
    "PHAGSPA":
        "a840-a877",
    "PHOENICIAN":
        "10900-1091b 1091f",
    "PLRD":
        "16f00-16f4a 16f4f-16f87 16f8f-16f9f",
    "PSALTERPAHLAVI":
        "10b80-10b91 10b99-10b9c 10ba9-10baf",
    "REJANG":
        "a930-a953 a95f",
    "RUNIC":
        "16a0-16ea 16ee-16f8",
    "SAMARITAN":
        "800-82d 830-83e",
    "SAURASHTRA":
        "a880-a8c5 a8ce-a8d9",
    "SHARADA":
        "11180-111df",
    "SHAVIAN":
        "10450-1047f",
    "SIDDHAM":
        "11580-115b5 115b8-115dd",
    "SIGNWRITING":
        "1d800-1da8b 1da9b-1da9f 1daa1-1daaf",
    "SINHALA":
        "d81-d83 d85-d96 d9a-db1 db3-dbb dbd dc0-dc6 dca dcf-dd4 dd6 dd8-ddf de6-def df2-df4 "
        "111e1-111f4",
    "SOGDIAN":
        "10f30-10f59",
    "SORASOMPENG":
        "110d0-110e8 110f0-110f9",
    "SOYOMBO":
        "11a50-11aa2",
    "SUNDANESE":
        "1b80-1bbf 1cc0-1cc7",
    "SUNUWAR":
        "11bc0-11be1 11bf0-11bf9",
    "SYLOTINAGRI":
        "a800-a82c",
    "SYRIAC":
        "700-70d 70f-74a 74d-74f 860-86a",
    "TAGALOG":
        "1700-1715 171f",
    "TAGBANWA":
        "1760-176c 176e-1770 1772-1773",
    "TAILE":
        "1950-196d 1970-1974",
    "TAITHAM":
        "1a20-1a5e 1a60-1a7c 1a7f-1a89 1a90-1a99 1aa0-1aad",
    "TAIVIET":
        "aa80-aac2 aadb-aadf",
    "TAKRI":
        "11680-116b9 116c0-116c9",
    "TAMIL":
        "b82-b83 b85-b8a b8e-b90 b92-b95 b99-b9a b9c b9e-b9f ba3-ba4 ba8-baa bae-bb9 bbe-bc2 "
        "bc6-bc8 bca-bcd bd0 bd7 be6-bfa 11fc0-11ff1 11fff",
    "TANGSA":
        "16a70-16abe 16ac0-16ac9",
    "TANGUT":
        "16fe0 17000-187f7 18800-18aff 18d00-18d08",
    "TELUGU":
        "c00-c0c c0e-c10 c12-c28 c2a-c39 c3c-c44 c46-c48 c4a-c4d c55-c56 c58-c5a c5d c60-c63 "
        "c66-c6f c77-c7f",
    "THAANA":
        "780-7b1",
    "THAI":
        "e01-e3a e40-e5b",
    "TIBETAN":
        "f00-f47 f49-f6c f71-f97 f99-fbc fbe-fcc fce-fd4 fd9-fda",
    "TIFINAGH":
        "2d30-2d67 2d6f-2d70 2d7f",
    "TIRHUTA":
        "11480-114c7 114d0-114d9",
    "TODHRI":
        "105c0-105f3",
    "TOTO":
        "1e290-1e2ae",
    "TULUTIGALARI":
        "11380-11389 1138b 1138e 11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d5 "
        "113d7-113d8 113e1-113e2",
    "UGARITIC":
        "10380-1039d 1039f",
    "VAII":
        "a500-a62b",
    "VITHKUQI":
        "10570-1057a 1057c-1058a 1058c-10592 10594-10595 10597-105a1 105a3-105b1 105b3-105b9 "
        "105bb-105bc",
    "WANCHO":
        "1e2c0-1e2f9 1e2ff",
    "WARANGCITI":
        "118a0-118f2 118ff",
    "YEZIDI":
        "10e80-10ea9 10eab-10ead 10eb0-10eb1",
    "YIII":
        "a000-a48c a490-a4c6",
    "ZANABAZARSQUARE":
        "11a00-11a47",
}

# Scripts by their other names.
SCRIPT_ALIASES = {
    "ADLM": "ADLAM",
    "AGHB": "CAUCASIANALBANIAN",
    "ARAB": "ARABIC",
    "ARMI": "IMPERIALARAMAIC",
    "ARMN": "ARMENIAN",
    "AVST": "AVESTAN",
    "BALI": "BALINESE",
    "BAMU": "BAMUM",
    "BASS": "BASSAVAH",
    "BATK": "BATAK",
    "BENG": "BENGALI",
    "BHKS": "BHAIKSUKI",
    "BOPO": "BOPOMOFO",
    "BRAH": "BRAHMI",
    "BRAI": "BRAILLE",
    "BUGI": "BUGINESE",
    "BUHD": "BUHID",
    "CAKM": "CHAKMA",
    "CANS": "CANADIANABORIGINAL",
    "CARI": "CARIAN",
    "CHER": "CHEROKEE",
    "CHRS": "CHORASMIAN",
    "COPT": "COPTIC",
    "CPMN": "CYPROMINOAN",
    "CPRT": "CYPRIOT",
    "CYRL": "CYRILLIC",
    "DEVA": "DEVANAGARI",
    "DIAK": "DIVESAKURU",
    "DOGR": "DOGRA",
    "DSRT": "DESERET",
    "DUPL": "DUPLOYAN",
    "EGYP": "EGYPTIANHIEROGLYPHS",
    "ELBA": "ELBASAN",
    "ELYM": "ELYMAIC",
    "ETHI": "ETHIOPIC",
    "GARA": "GARAY",
    "GEOR": "GEORGIAN",
    "GLAG": "GLAGOLITIC",
    "GONG": "GUNJALAGONDI",
    "GONM": "MASARAMGONDI",
    "GOTH": "GOTHIC",
    "GRAN": "GRANTHA",
    "GREK": "GREEK",
    "GUJR": "GUJARATI",
    "GUKH": "GURUNGKHEMA",
    "GURU": "GURMUKHI",
    "HAN": "HANI",
    "HANG": "HANGUL",
    "HANO": "HANUNOO",
    "HATR": "HATRAN",
    "HEBR": "HEBREW",
    "HIRA": "HIRAGANA",
    "HLUW": "ANATOLIANHIEROGLYPHS",
    "HMNG": "PAHAWHHMONG",
    "HMNP": "NYIAKENGPUACHUEHMONG",
    "HUNG": "OLDHUNGARIAN",
    "ITAL": "OLDITALIC",
    "JAVA": "JAVANESE",
    "KALI": "KAYAHLI",
    "KANA": "KATAKANA",
    "KHAR": "KHAROSHTHI",
    "KHMR": "KHMER",
    "KHOJ": "KHOJKI",
    "KITS": "KHITANSMALLSCRIPT",
    "KNDA": "KANNADA",
    "KRAI": "KIRATRAI",
    "KTHI": "KAITHI",
    "LANA": "TAITHAM",
    "LAO": "LAOO",
    "LATN": "LATIN",
    "LEPC": "LEPCHA",
    "LIMB": "LIMBU",
    "LINA": "LINEARA",
    "LINB": "LINEARB",
    "LYCI": "LYCIAN",
    "LYDI": "LYDIAN",
    "MAHJ": "MAHAJANI",
    "MAKA": "MAKASAR",
    "MAND": "MANDAIC",
    "MANI": "MANICHAEAN",
    "MARC": "MARCHEN",
    "MEDF": "MEDEFAIDRIN",
    "MEND": "MENDEKIKAKUI",
    "MERC": "MEROITICCURSIVE",
    "MERO": "MEROITICHIEROGLYPHS",
    "MIAO": "PLRD",
    "MLYM": "MALAYALAM",
    "MONG": "MONGOLIAN",
    "MRO": "MROO",
    "MTEI": "MEETEIMAYEK",
    "MULT": "MULTANI",
    "MYMR": "MYANMAR",
    "NAGM": "NAGMUNDARI",
    "NAND": "NANDINAGARI",
    "NARB": "OLDNORTHARABIAN",
    "NBAT": "NABATAEAN",
    "NKO": "NKOO",
    "NSHU": "NUSHU",
    "OGAM": "OGHAM",
    "OLCK": "OLCHIKI",
    "ONAO": "OLONAL",
    "ORKH": "OLDTURKIC",
    "ORYA": "ORIYA",
    "OSGE": "OSAGE",
    "OSMA": "OSMANYA",
    "OUGR": "OLDUYGHUR",
    "PALM": "PALMYRENE",
    "PAUC": "PAUCINHAU",
    "PERM": "OLDPERMIC",
    "PHAG": "PHAGSPA",
    "PHLI": "INSCRIPTIONALPAHLAVI",
    "PHLP": "PSALTERPAHLAVI",
    "PHNX": "PHOENICIAN",
    "PRTI": "INSCRIPTIONALPARTHIAN",
    "QAAC": "COPTIC",
    "QAAI": "INHERITED",
    "RJNG": "REJANG",
    "ROHG": "HANIFIROHINGYA",
    "RUNR": "RUNIC",
    "SAMR": "SAMARITAN",
    "SARB": "OLDSOUTHARABIAN",
    "SAUR": "SAURASHTRA",
    "SGNW": "SIGNWRITING",
    "SHAW": "SHAVIAN",
    "SHRD": "SHARADA",
    "SIDD": "SIDDHAM",
    "SIND": "KHUDAWADI",
    "SINH": "SINHALA",
    "SOGD": "SOGDIAN",
    "SOGO": "OLDSOGDIAN",
    "SORA": "SORASOMPENG",
    "SOYO": "SOYOMBO",
    "SUND": "SUNDANESE",
    "SUNU": "SUNUWAR",
    "SYLO": "SYLOTINAGRI",
    "SYRC": "SYRIAC",
    "TAGB": "TAGBANWA",
    "TAKR": "TAKRI",
    "TALE": "TAILE",
    "TALU": "NEWTAILUE",
    "TAML": "TAMIL",
    "TANG": "TANGUT",
    "TAVT": "TAIVIET",
    "TELU": "TELUGU",
    "TFNG": "TIFINAGH",
    "TGLG": "TAGALOG",
    "THAA": "THAANA",
    "TIBT": "TIBETAN",
    "TIRH": "TIRHUTA",
    "TNSA": "TANGSA",
    "TODR": "TODHRI",
    "TUTG": "TULUTIGALARI",
    "UGAR": "UGARITIC",
    "VAI": "VAII",
    "VITH": "VITHKUQI",
    "WARA": "WARANGCITI",
    "WCHO": "WANCHO",
    "XPEO": "OLDPERSIAN",
    "XSUX": "CUNEIFORM",
    "YEZI": "YEZIDI",
    "YI": "YIII",
    "ZANB": "ZANABAZARSQUARE",
    "ZINH": "INHERITED",
    "ZYYY": "COMMON",
}

# Properties that a character has or has not.
BINARY = {
    "ALPHABETIC":
        "41-5a 61-7a aa b5 ba c0-d6 d8-f6 f8-2c1 2c6-2d1 2e0-2e4 2ec 2ee 345 363-374 376-377 "
        "37a-37d 37f 386 388-38a 38c 38e-3a1 3a3-3f5 3f7-481 48a-52f 531-556 559 560-588 "
        "5b0-5bd 5bf 5c1-5c2 5c4-5c5 5c7 5d0-5ea 5ef-5f2 610-61a 620-657 659-65f 66e-6d3 "
        "6d5-6dc 6e1-6e8 6ed-6ef 6fa-6fc 6ff 710-73f 74d-7b1 7ca-7ea 7f4-7f5 7fa 800-817 "
        "81a-82c 840-858 860-86a 870-887 889-88e 897 8a0-8c9 8d4-8df 8e3-8e9 8f0-93b 93d-94c "
        "94e-950 955-963 971-983 985-98c 98f-990 993-9a8 9aa-9b0 9b2 9b6-9b9 9bd-9c4 9c7-9c8 "
        "9cb-9cc 9ce 9d7 9dc-9dd 9df-9e3 9f0-9f1 9fc a01-a03 a05-a0a a0f-a10 a13-a28 a2a-a30 "
        "a32-a33 a35-a36 a38-a39 a3e-a42 a47-a48 a4b-a4c a51 a59-a5c a5e a70-a75 a81-a83 "
        "a85-a8d a8f-a91 a93-aa8 aaa-ab0 ab2-ab3 ab5-ab9 abd-ac5 ac7-ac9 acb-acc ad0 ae0-ae3 "
        "af9-afc b01-b03 b05-b0c b0f-b10 b13-b28 b2a-b30 b32-b33 b35-b39 b3d-b44 b47-b48 "
        "b4b-b4c b56-b57 b5c-b5d b5f-b63 b71 b82-b83 b85-b8a b8e-b90 b92-b95 b99-b9a b9c "
        "b9e-b9f ba3-ba4 ba8-baa bae-bb9 bbe-bc2 bc6-bc8 bca-bcc bd0 bd7 c00-c0c c0e-c10 "
        "c12-c28 c2a-c39 c3d-c44 c46-c48 c4a-c4c c55-c56 c58-c5a c5d c60-c63 c80-c83 c85-c8c "
        "c8e-c90 c92-ca8 caa-cb3 cb5-cb9 cbd-cc4 cc6-cc8 cca-ccc cd5-cd6 cdd-cde ce0-ce3 "
        "cf1-cf3 d00-d0c d0e-d10 d12-d3a d3d-d44 d46-d48 d4a-d4c d4e d54-d57 d5f-d63 d7a-d7f "
        "d81-d83 d85-d96 d9a-db1 db3-dbb dbd dc0-dc6 dcf-dd4 dd6 dd8-ddf df2-df3 e01-e3a "
        "e40-e46 e4d e81-e82 e84 e86-e8a e8c-ea3 ea5 ea7-eb9 ebb-ebd ec0-ec4 ec6 ecd edc-edf "
        "f00 f40-f47 f49-f6c f71-f83 f88-f97 f99-fbc 1000-1036 1038 103b-103f 1050-108f "
        "109a-109d 10a0-10c5 10c7 10cd 10d0-10fa 10fc-1248 124a-124d 1250-1256 1258 125a-125d "
        "1260-1288 128a-128d 1290-12b0 12b2-12b5 12b8-12be 12c0 12c2-12c5 12c8-12d6 12d8-1310 "
        "1312-1315 1318-135a 1380-138f 13a0-13f5 13f8-13fd 1401-166c 166f-167f 1681-169a "
        "16a0-16ea 16ee-16f8 1700-1713 171f-1733 1740-1753 1760-176c 176e-1770 1772-1773 "
        "1780-17b3 17b6-17c8 17d7 17dc 1820-1878 1880-18aa 18b0-18f5 1900-191e 1920-192b "
        "1930-1938 1950-196d 1970-1974 1980-19ab 19b0-19c9 1a00-1a1b 1a20-1a5e 1a61-1a74 1aa7 "
        "1abf-1ac0 1acc-1ace 1b00-1b33 1b35-1b43 1b45-1b4c 1b80-1ba9 1bac-1baf 1bba-1be5 "
        "1be7-1bf1 1c00-1c36 1c4d-1c4f 1c5a-1c7d 1c80-1c8a 1c90-1cba 1cbd-1cbf 1ce9-1cec "
        "1cee-1cf3 1cf5-1cf6 1cfa 1d00-1dbf 1dd3-1df4 1e00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d "
        "1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fbc 1fbe 1fc2-1fc4 1fc6-1fcc "
        "1fd0-1fd3 1fd6-1fdb 1fe0-1fec 1ff2-1ff4 1ff6-1ffc 2071 207f 2090-209c 2102 2107 "
        "210a-2113 2115 2119-211d 2124 2126 2128 212a-212d 212f-2139 213c-213f 2145-2149 214e "
        "2160-2188 24b6-24e9 2c00-2ce4 2ceb-2cee 2cf2-2cf3 2d00-2d25 2d27 2d2d 2d30-2d67 2d6f "
        "2d80-2d96 2da0-2da6 2da8-2dae 2db0-2db6 2db8-2dbe 2dc0-2dc6 2dc8-2dce 2dd0-2dd6 "
        "2dd8-2dde 2de0-2dff 2e2f 3005-3007 3021-3029 3031-3035 3038-303c 3041-3096 309d-309f "
        "30a1-30fa 30fc-30ff 3105-312f 3131-318e 31a0-31bf 31f0-31ff 3400-4dbf 4e00-a48c "
        "a4d0-a4fd a500-a60c a610-a61f a62a-a62b a640-a66e a674-a67b a67f-a6ef a717-a71f "
        "a722-a788 a78b-a7cd a7d0-a7d1 a7d3 a7d5-a7dc a7f2-a805 a807-a827 a840-a873 a880-a8c3 "
        "a8c5 a8f2-a8f7 a8fb a8fd-a8ff a90a-a92a a930-a952 a960-a97c a980-a9b2 a9b4-a9bf a9cf "
        "a9e0-a9ef a9fa-a9fe aa00-aa36 aa40-aa4d aa60-aa76 aa7a-aabe aac0 aac2 aadb-aadd "
        "aae0-aaef aaf2-aaf5 ab01-ab06 ab09-ab0e ab11-ab16 ab20-ab26 ab28-ab2e ab30-ab5a "
        "ab5c-ab69 ab70-abea ac00-d7a3 d7b0-d7c6 d7cb-d7fb f900-fa6d fa70-fad9 fb00-fb06 "
        "fb13-fb17 fb1d-fb28 fb2a-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 fb46-fbb1 fbd3-fd3d "
        "fd50-fd8f fd92-fdc7 fdf0-fdfb fe70-fe74 fe76-fefc ff21-ff3a ff41-ff5a ff66-ffbe "
        "ffc2-ffc7 ffca-ffcf ffd2-ffd7 ffda-ffdc 10000-1000b 1000d-10026 10028-1003a "
        "1003c-1003d 1003f-1004d 10050-1005d 10080-100fa 10140-10174 10280-1029c 102a0-102d0 "
        "10300-1031f 1032d-1034a 10350-1037a 10380-1039d 103a0-103c3 103c8-103cf 103d1-103d5 "
        "10400-1049d 104b0-104d3 104d8-104fb 10500-10527 10530-10563 10570-1057a 1057c-1058a "
        "1058c-10592 10594-10595 10597-105a1 105a3-105b1 105b3-105b9 105bb-105bc 105c0-105f3 "
        "10600-10736 10740-10755 10760-10767 10780-10785 10787-107b0 107b2-107ba 10800-10805 "
        "10808 1080a-10835 10837-10838 1083c 1083f-10855 10860-10876 10880-1089e 108e0-108f2 "
        "108f4-108f5 10900-10915 10920-10939 10980-109b7 109be-109bf 10a00-10a03 10a05-10a06 "
        "10a0c-10a13 10a15-10a17 10a19-10a35 10a60-10a7c 10a80-10a9c 10ac0-10ac7 10ac9-10ae4 "
        "10b00-10b35 10b40-10b55 10b60-10b72 10b80-10b91 10c00-10c48 10c80-10cb2 10cc0-10cf2 "
        "10d00-10d27 10d4a-10d65 10d69 10d6f-10d85 10e80-10ea9 10eab-10eac 10eb0-10eb1 "
        "10ec2-10ec4 10efc 10f00-10f1c 10f27 10f30-10f45 10f70-10f81 10fb0-10fc4 10fe0-10ff6 "
        "11000-11045 11071-11075 11080-110b8 110c2 110d0-110e8 11100-11132 11144-11147 "
        "11150-11172 11176 11180-111bf 111c1-111c4 111ce-111cf 111da 111dc 11200-11211 "
        "11213-11234 11237 1123e-11241 11280-11286 11288 1128a-1128d 1128f-1129d 1129f-112a8 "
        "112b0-112e8 11300-11303 11305-1130c 1130f-11310 11313-11328 1132a-11330 11332-11333 "
        "11335-11339 1133d-11344 11347-11348 1134b-1134c 11350 11357 1135d-11363 11380-11389 "
        "1138b 1138e 11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113cd 113d1 113d3 "
        "11400-11441 11443-11445 11447-1144a 1145f-11461 11480-114c1 114c4-114c5 114c7 "
        "11580-115b5 115b8-115be 115d8-115dd 11600-1163e 11640 11644 11680-116b5 116b8 "
        "11700-1171a 1171d-1172a 11740-11746 11800-11838 118a0-118df 118ff-11906 11909 "
        "1190c-11913 11915-11916 11918-11935 11937-11938 1193b-1193c 1193f-11942 119a0-119a7 "
        "119aa-119d7 119da-119df 119e1 119e3-119e4 11a00-11a32 11a35-11a3e 11a50-11a97 11a9d "
        "11ab0-11af8 11bc0-11be0 11c00-11c08 11c0a-11c36 11c38-11c3e 11c40 11c72-11c8f "
        "11c92-11ca7 11ca9-11cb6 11d00-11d06 11d08-11d09 11d0b-11d36 11d3a 11d3c-11d3d "
        "11d3f-11d41 11d43 11d46-11d47 11d60-11d65 11d67-11d68 11d6a-11d8e 11d90-11d91 "
        "11d93-11d96 11d98 11ee0-11ef6 11f00-11f10 11f12-11f3a 11f3e-11f40 11fb0 12000-12399 "
        "12400-1246e 12480-12543 12f90-12ff0 13000-1342f 13441-13446 13460-143fa 14400-14646 "
        "16100-1612e 16800-16a38 16a40-16a5e 16a70-16abe 16ad0-16aed 16b00-16b2f 16b40-16b43 "
        "16b63-16b77 16b7d-16b8f 16d40-16d6c 16e40-16e7f 16f00-16f4a 16f4f-16f87 16f8f-16f9f "
        "16fe0-16fe1 16fe3 16ff0-16ff1 17000-187f7 18800-18cd5 18cff-18d08 1aff0-1aff3 "
        "1aff5-1affb 1affd-1affe 1b000-1b122 1b132 1b150-1b152 1b155 1b164-1b167 1b170-1b2fb "
        "1bc00-1bc6a 1bc70-1bc7c 1bc80-1bc88 1bc90-1bc99 1bc9e 1d400-1d454 1d456-1d49c "
        "1d49e-1d49f 1d4a2 1d4a5-1d4a6 1d4a9-1d4ac 1d4ae-1d4b9 1d4bb 1d4bd-1d4c3 1d4c5-1d505 "
        "1d507-1d50a 1d50d-1d514 1d516-1d51c 1d51e-1d539 1d53b-1d53e 1d540-1d544 1d546 "
        "1d54a-1d550 1d552-1d6a5 1d6a8-1d6c0 1d6c2-1d6da 1d6dc-1d6fa 1d6fc-1d714 1d716-1d734 "
        "1d736-1d74e 1d750-1d76e 1d770-1d788 1d78a-1d7a8 1d7aa-1d7c2 1d7c4-1d7cb 1df00-1df1e "
        "1df25-1df2a 1e000-1e006 1e008-1e018 1e01b-1e021 1e023-1e024 1e026-1e02a 1e030-1e06d "
        "1e08f 1e100-1e12c 1e137-1e13d 1e14e 1e290-1e2ad 1e2c0-1e2eb 1e4d0-1e4eb 1e5d0-1e5ed "
        "1e5f0 1e7e0-1e7e6 1e7e8-1e7eb 1e7ed-1e7ee 1e7f0-1e7fe 1e800-1e8c4 1e900-1e943 1e947 "
        "1e94b 1ee00-1ee03 1ee05-1ee1f 1ee21-1ee22 1ee24 1ee27 1ee29-1ee32 1ee34-1ee37 1ee39 "
        "1ee3b 1ee42 1ee47 1ee49 1ee4b 1ee4d-1ee4f 1ee51-1ee52 1ee54 1ee57 1ee59 1ee5b 1ee5d "
        "1ee5f 1ee61-1ee62 1ee64 1ee67-1ee6a 1ee6c-1ee72 1ee74-1ee77 1ee79-1ee7c 1ee7e "
        "1ee80-1ee89 1ee8b-1ee9b 1eea1-1eea3 1eea5-1eea9 1eeab-1eebb 1f130-1f149 1f150-1f169 "
        "1f170-1f189 20000-2a6df 2a700-2b739 2b740-2b81d 2b820-2cea1 2ceb0-2ebe0 2ebf0-2ee5d "
        "2f800-2fa1d 30000-3134a 31350-323af",
    "LOWERCASE":
        "61-7a aa b5 ba df-f6 f8-ff 101 103 105 107 109 10b 10d 10f 111 113 115 117 119 11b "
        "11d 11f 121 123 125 127 129 12b 12d 12f 131 133 135 137-138 13a 13c 13e 140 142 144 "
        "146 148-149 14b 14d 14f 151 153 155 157 159 15b 15d 15f 161 163 165 167 169 16b 16d "
        "16f 171 173 175 177 17a 17c 17e-180 183 185 188 18c-18d 192 195 199-19b 19e 1a1 1a3 "
        "1a5 1a8 1aa-1ab 1ad 1b0 1b4 1b6 1b9-1ba 1bd-1bf 1c6 1c9 1cc 1ce 1d0 1d2 1d4 1d6 1d8 "
        "1da 1dc-1dd 1df 1e1 1e3 1e5 1e7 1e9 1eb 1ed 1ef-1f0 1f3 1f5 1f9 1fb 1fd 1ff 201 203 "
        "205 207 209 20b 20d 20f 211 213 215 217 219 21b 21d 21f 221 223 225 227 229 22b 22d "
        "22f 231 233-239 23c 23f-240 242 247 249 24b 24d 24f-293 295-2b8 2c0-2c1 2e0-2e4 345 "
        "371 373 377 37a-37d 390 3ac-3ce 3d0-3d1 3d5-3d7 3d9 3db 3dd 3df 3e1 3e3 3e5 3e7 3e9 "
        "3eb 3ed 3ef-3f3 3f5 3f8 3fb-3fc 430-45f 461 463 465 467 469 46b 46d 46f 471 473 475 "
        "477 479 47b 47d 47f 481 48b 48d 48f 491 493 495 497 499 49b 49d 49f 4a1 4a3 4a5 4a7 "
        "4a9 4ab 4ad 4af 4b1 4b3 4b5 4b7 4b9 4bb 4bd 4bf 4c2 4c4 4c6 4c8 4ca 4cc 4ce-4cf 4d1 "
        "4d3 4d5 4d7 4d9 4db 4dd 4df 4e1 4e3 4e5 4e7 4e9 4eb 4ed 4ef 4f1 4f3 4f5 4f7 4f9 4fb "
        "4fd 4ff 501 503 505 507 509 50b 50d 50f 511 513 515 517 519 51b 51d 51f 521 523 525 "
        "527 529 52b 52d 52f 560-588 10d0-10fa 10fc-10ff 13f8-13fd 1c80-1c88 1c8a 1d00-1dbf "
        "1e01 1e03 1e05 1e07 1e09 1e0b 1e0d 1e0f 1e11 1e13 1e15 1e17 1e19 1e1b 1e1d 1e1f 1e21 "
        "1e23 1e25 1e27 1e29 1e2b 1e2d 1e2f 1e31 1e33 1e35 1e37 1e39 1e3b 1e3d 1e3f 1e41 1e43 "
        "1e45 1e47 1e49 1e4b 1e4d 1e4f 1e51 1e53 1e55 1e57 1e59 1e5b 1e5d 1e5f 1e61 1e63 1e65 "
        "1e67 1e69 1e6b 1e6d 1e6f 1e71 1e73 1e75 1e77 1e79 1e7b 1e7d 1e7f 1e81 1e83 1e85 1e87 "
        "1e89 1e8b 1e8d 1e8f 1e91 1e93 1e95-1e9d 1e9f 1ea1 1ea3 1ea5 1ea7 1ea9 1eab 1ead 1eaf "
        "1eb1 1eb3 1eb5 1eb7 1eb9 1ebb 1ebd 1ebf 1ec1 1ec3 1ec5 1ec7 1ec9 1ecb 1ecd 1ecf 1ed1 "
        "1ed3 1ed5 1ed7 1ed9 1edb 1edd 1edf 1ee1 1ee3 1ee5 1ee7 1ee9 1eeb 1eed 1eef 1ef1 1ef3 "
        "1ef5 1ef7 1ef9 1efb 1efd 1eff-1f07 1f10-1f15 1f20-1f27 1f30-1f37 1f40-1f45 1f50-1f57 "
        "1f60-1f67 1f70-1f7d 1f80-1f87 1f90-1f97 1fa0-1fa7 1fb0-1fb4 1fb6-1fb7 1fbe 1fc2-1fc4 "
        "1fc6-1fc7 1fd0-1fd3 1fd6-1fd7 1fe0-1fe7 1ff2-1ff4 1ff6-1ff7 2071 207f 2090-209c 210a "
        "210e-210f 2113 212f 2134 2139 213c-213d 2146-2149 214e 2170-217f 2184 24d0-24e9 "
        "2c30-2c5f 2c61 2c65-2c66 2c68 2c6a 2c6c 2c71 2c73-2c74 2c76-2c7d 2c81 2c83 2c85 2c87 "
        "2c89 2c8b 2c8d 2c8f 2c91 2c93 2c95 2c97 2c99 2c9b 2c9d 2c9f 2ca1 2ca3 2ca5 2ca7 2ca9 "
        "2cab 2cad 2caf 2cb1 2cb3 2cb5 2cb7 2cb9 2cbb 2cbd 2cbf 2cc1 2cc3 2cc5 2cc7 2cc9 2ccb "
        "2ccd 2ccf 2cd1 2cd3 2cd5 2cd7 2cd9 2cdb 2cdd 2cdf 2ce1 2ce3-2ce4 2cec 2cee 2cf3 "
        "2d00-2d25 2d27 2d2d a641 a643 a645 a647 a649 a64b a64d a64f a651 a653 a655 a657 a659 "
        "a65b a65d a65f a661 a663 a665 a667 a669 a66b a66d a681 a683 a685 a687 a689 a68b a68d "
        "a68f a691 a693 a695 a697 a699 a69b-a69d a723 a725 a727 a729 a72b a72d a72f-a731 a733 "
        "a735 a737 a739 a73b a73d a73f a741 a743 a745 a747 a749 a74b a74d a74f a751 a753 a755 "
        "a757 a759 a75b a75d a75f a761 a763 a765 a767 a769 a76b a76d a76f-a778 a77a a77c a77f "
        "a781 a783 a785 a787 a78c a78e a791 a793-a795 a797 a799 a79b a79d a79f a7a1 a7a3 a7a5 "
        "a7a7 a7a9 a7af a7b5 a7b7 a7b9 a7bb a7bd a7bf a7c1 a7c3 a7c8 a7ca a7cd a7d1 a7d3 a7d5 "
        "a7d7 a7d9 a7db a7f2-a7f4 a7f6 a7f8-a7fa ab30-ab5a ab5c-ab69 ab70-abbf fb00-fb06 "
        "fb13-fb17 ff41-ff5a 10428-1044f 104d8-104fb 10597-105a1 105a3-105b1 105b3-105b9 "
        "105bb-105bc 10780 10783-10785 10787-107b0 107b2-107ba 10cc0-10cf2 10d70-10d85 "
        "118c0-118df 16e60-16e7f 1d41a-1d433 1d44e-1d454 1d456-1d467 1d482-1d49b 1d4b6-1d4b9 "
        "1d4bb 1d4bd-1d4c3 1d4c5-1d4cf 1d4ea-1d503 1d51e-1d537 1d552-1d56b 1d586-1d59f "
        "1d5ba-1d5d3 1d5ee-1d607 1d622-1d63b 1d656-1d66f 1d68a-1d6a5 1d6c2-1d6da 1d6dc-1d6e1 "
        "1d6fc-1d714 1d716-1d71b 1d736-1d74e 1d750-1d755 1d770-1d788 1d78a-1d78f 1d7aa-1d7c2 "
        "1d7c4-1d7c9 1d7cb 1df00-1df09 1df0b-1df1e 1df25-1df2a 1e030-1e06d 1e922-1e943",
    "UPPERCASE":
        "41-5a c0-d6 d8-de 100 102 104 106 108 10a 10c 10e 110 112 114 116 118 11a 11c 11e "
        "120 122 124 126 128 12a 12c 12e 130 132 134 136 139 13b 13d 13f 141 143 145 147 14a "
        "14c 14e 150 152 154 156 158 15a 15c 15e 160 162 164 166 168 16a 16c 16e 170 172 174 "
        "176 178-179 17b 17d 181-182 184 186-187 189-18b 18e-191 193-194 196-198 19c-19d "
        "19f-1a0 1a2 1a4 1a6-1a7 1a9 1ac 1ae-1af 1b1-1b3 1b5 1b7-1b8 1bc 1c4 1c7 1ca 1cd 1cf "
        "1d1 1d3 1d5 1d7 1d9 1db 1de 1e0 1e2 1e4 1e6 1e8 1ea 1ec 1ee 1f1 1f4 1f6-1f8 1fa 1fc "
        "1fe 200 202 204 206 208 20a 20c 20e 210 212 214 216 218 21a 21c 21e 220 222 224 226 "
        "228 22a 22c 22e 230 232 23a-23b 23d-23e 241 243-246 248 24a 24c 24e 370 372 376 37f "
        "386 388-38a 38c 38e-38f 391-3a1 3a3-3ab 3cf 3d2-3d4 3d8 3da 3dc 3de 3e0 3e2 3e4 3e6 "
        "3e8 3ea 3ec 3ee 3f4 3f7 3f9-3fa 3fd-42f 460 462 464 466 468 46a 46c 46e 470 472 474 "
        "476 478 47a 47c 47e 480 48a 48c 48e 490 492 494 496 498 49a 49c 49e 4a0 4a2 4a4 4a6 "
        "4a8 4aa 4ac 4ae 4b0 4b2 4b4 4b6 4b8 4ba 4bc 4be 4c0-4c1 4c3 4c5 4c7 4c9 4cb 4cd 4d0 "
        "4d2 4d4 4d6 4d8 4da 4dc 4de 4e0 4e2 4e4 4e6 4e8 4ea 4ec 4ee 4f0 4f2 4f4 4f6 4f8 4fa "
        "4fc 4fe 500 502 504 506 508 50a 50c 50e 510 512 514 516 518 51a 51c 51e 520 522 524 "
        "526 528 52a 52c 52e 531-556 10a0-10c5 10c7 10cd 13a0-13f5 1c89 1c90-1cba 1cbd-1cbf "
        "1e00 1e02 1e04 1e06 1e08 1e0a 1e0c 1e0e 1e10 1e12 1e14 1e16 1e18 1e1a 1e1c 1e1e 1e20 "
        "1e22 1e24 1e26 1e28 1e2a 1e2c 1e2e 1e30 1e32 1e34 1e36 1e38 1e3a 1e3c 1e3e 1e40 1e42 "
        "1e44 1e46 1e48 1e4a 1e4c 1e4e 1e50 1e52 1e54 1e56 1e58 1e5a 1e5c 1e5e 1e60 1e62 1e64 "
        "1e66 1e68 1e6a 1e6c 1e6e 1e70 1e72 1e74 1e76 1e78 1e7a 1e7c 1e7e 1e80 1e82 1e84 1e86 "
        "1e88 1e8a 1e8c 1e8e 1e90 1e92 1e94 1e9e 1ea0 1ea2 1ea4 1ea6 1ea8 1eaa 1eac 1eae 1eb0 "
        "1eb2 1eb4 1eb6 1eb8 1eba 1ebc 1ebe 1ec0 1ec2 1ec4 1ec6 1ec8 1eca 1ecc 1ece 1ed0 1ed2 "
        "1ed4 1ed6 1ed8 1eda 1edc 1ede 1ee0 1ee2 1ee4 1ee6 1ee8 1eea 1eec 1eee 1ef0 1ef2 1ef4 "
        "1ef6 1ef8 1efa 1efc 1efe 1f08-1f0f 1f18-1f1d 1f28-1f2f 1f38-1f3f 1f48-1f4d 1f59 1f5b "
        "1f5d 1f5f 1f68-1f6f 1fb8-1fbb 1fc8-1fcb 1fd8-1fdb 1fe8-1fec 1ff8-1ffb 2102 2107 "
        "210b-210d 2110-2112 2115 2119-211d 2124 2126 2128 212a-212d 2130-2133 213e-213f 2145 "
        "2160-216f 2183 24b6-24cf 2c00-2c2f 2c60 2c62-2c64 2c67 2c69 2c6b 2c6d-2c70 2c72 2c75 "
        "2c7e-2c80 2c82 2c84 2c86 2c88 2c8a 2c8c 2c8e 2c90 2c92 2c94 2c96 2c98 2c9a 2c9c 2c9e "
        "2ca0 2ca2 2ca4 2ca6 2ca8 2caa 2cac 2cae 2cb0 2cb2 2cb4 2cb6 2cb8 2cba 2cbc 2cbe 2cc0 "
        "2cc2 2cc4 2cc6 2cc8 2cca 2ccc 2cce 2cd0 2cd2 2cd4 2cd6 2cd8 2cda 2cdc 2cde 2ce0 2ce2 "
        "2ceb 2ced 2cf2 a640 a642 a644 a646 a648 a64a a64c a64e a650 a652 a654 a656 a658 a65a "
        "a65c a65e a660 a662 a664 a666 a668 a66a a66c a680 a682 a684 a686 a688 a68a a68c a68e "
        "a690 a692 a694 a696 a698 a69a a722 a724 a726 a728 a72a a72c a72e a732 a734 a736 a738 "
        "a73a a73c a73e a740 a742 a744 a746 a748 a74a a74c a74e a750 a752 a754 a756 a758 a75a "
        "a75c a75e a760 a762 a764 a766 a768 a76a a76c a76e a779 a77b a77d-a77e a780 a782 a784 "
        "a786 a78b a78d a790 a792 a796 a798 a79a a79c a79e a7a0 a7a2 a7a4 a7a6 a7a8 a7aa-a7ae "
        "a7b0-a7b4 a7b6 a7b8 a7ba a7bc a7be a7c0 a7c2 a7c4-a7c7 a7c9 a7cb-a7cc a7d0 a7d6 a7d8 "
        "a7da a7dc a7f5 ff21-ff3a 10400-10427 104b0-104d3 10570-1057a 1057c-1058a 1058c-10592 "
        "10594-10595 10c80-10cb2 10d50-10d65 118a0-118bf 16e40-16e5f 1d400-1d419 1d434-1d44d "
        "1d468-1d481 1d49c 1d49e-1d49f 1d4a2 1d4a5-1d4a6 1d4a9-1d4ac 1d4ae-1d4b5 1d4d0-1d4e9 "
        "1d504-1d505 1d507-1d50a 1d50d-1d514 1d516-1d51c 1d538-1d539 1d53b-1d53e 1d540-1d544 "
        "1d546 1d54a-1d550 1d56c-1d585 1d5a0-1d5b9 1d5d4-1d5ed 1d608-1d621 1d63c-1d655 "
        "1d670-1d689 1d6a8-1d6c0 1d6e2-1d6fa 1d71c-1d734 1d756-1d76e 1d790-1d7a8 1d7ca "
        "1e900-1e921 1f130-1f149 1f150-1f169 1f170-1f189",
}

# Characters that are equal but for case.
FOLDS = (
    "41+61 42+62 43+63 44+64 45+65 46+66 47+67 48+68 49+69 4a+6a 4b+6b+212a 4c+6c 4d+6d 4e+6e "
    "4f+6f 50+70 51+71 52+72 53+73+17f 54+74 55+75 56+76 57+77 58+78 59+79 5a+7a b5+39c+3bc "
    "c0+e0 c1+e1 c2+e2 c3+e3 c4+e4 c5+e5+212b c6+e6 c7+e7 c8+e8 c9+e9 ca+ea cb+eb cc+ec cd+ed "
    "ce+ee cf+ef d0+f0 d1+f1 d2+f2 d3+f3 d4+f4 d5+f5 d6+f6 d8+f8 d9+f9 da+fa db+fb dc+fc "
    "dd+fd de+fe df+1e9e ff+178 100+101 102+103 104+105 106+107 108+109 10a+10b 10c+10d "
    "10e+10f 110+111 112+113 114+115 116+117 118+119 11a+11b 11c+11d 11e+11f 120+121 122+123 "
    "124+125 126+127 128+129 12a+12b 12c+12d 12e+12f 132+133 134+135 136+137 139+13a 13b+13c "
    "13d+13e 13f+140 141+142 143+144 145+146 147+148 14a+14b 14c+14d 14e+14f 150+151 152+153 "
    "154+155 156+157 158+159 15a+15b 15c+15d 15e+15f 160+161 162+163 164+165 166+167 168+169 "
    "16a+16b 16c+16d 16e+16f 170+171 172+173 174+175 176+177 179+17a 17b+17c 17d+17e 180+243 "
    "181+253 182+183 184+185 186+254 187+188 189+256 18a+257 18b+18c 18e+1dd 18f+259 190+25b "
    "191+192 193+260 194+263 195+1f6 196+269 197+268 198+199 19a+23d 19b+a7dc 19c+26f 19d+272 "
    "19e+220 19f+275 1a0+1a1 1a2+1a3 1a4+1a5 1a6+280 1a7+1a8 1a9+283 1ac+1ad 1ae+288 1af+1b0 "
    "1b1+28a 1b2+28b 1b3+1b4 1b5+1b6 1b7+292 1b8+1b9 1bc+1bd 1bf+1f7 1c4+1c5+1c6 1c7+1c8+1c9 "
    "1ca+1cb+1cc 1cd+1ce 1cf+1d0 1d1+1d2 1d3+1d4 1d5+1d6 1d7+1d8 1d9+1da 1db+1dc 1de+1df "
    "1e0+1e1 1e2+1e3 1e4+1e5 1e6+1e7 1e8+1e9 1ea+1eb 1ec+1ed 1ee+1ef 1f1+1f2+1f3 1f4+1f5 "
    "1f8+1f9 1fa+1fb 1fc+1fd 1fe+1ff 200+201 202+203 204+205 206+207 208+209 20a+20b 20c+20d "
    "20e+20f 210+211 212+213 214+215 216+217 218+219 21a+21b 21c+21d 21e+21f 222+223 224+225 "
    "226+227 228+229 22a+22b 22c+22d 22e+22f 230+231 232+233 23a+2c65 23b+23c 23e+2c66 "
    "23f+2c7e 240+2c7f 241+242 244+289 245+28c 246+247 248+249 24a+24b 24c+24d 24e+24f "
    "250+2c6f 251+2c6d 252+2c70 25c+a7ab 261+a7ac 264+a7cb 265+a78d 266+a7aa 26a+a7ae "
    "26b+2c62 26c+a7ad 271+2c6e 27d+2c64 282+a7c5 287+a7b1 29d+a7b2 29e+a7b0 345+399+3b9+1fbe "
    "370+371 372+373 376+377 37b+3fd 37c+3fe 37d+3ff 37f+3f3 386+3ac 388+3ad 389+3ae 38a+3af "
    "38c+3cc 38e+3cd 38f+3ce 390+1fd3 391+3b1 392+3b2+3d0 393+3b3 394+3b4 395+3b5+3f5 396+3b6 "
    "397+3b7 398+3b8+3d1+3f4 39a+3ba+3f0 39b+3bb 39d+3bd 39e+3be 39f+3bf 3a0+3c0+3d6 "
    "3a1+3c1+3f1 3a3+3c2+3c3 3a4+3c4 3a5+3c5 3a6+3c6+3d5 3a7+3c7 3a8+3c8 3a9+3c9+2126 3aa+3ca "
    "3ab+3cb 3b0+1fe3 3cf+3d7 3d8+3d9 3da+3db 3dc+3dd 3de+3df 3e0+3e1 3e2+3e3 3e4+3e5 3e6+3e7 "
    "3e8+3e9 3ea+3eb 3ec+3ed 3ee+3ef 3f2+3f9 3f7+3f8 3fa+3fb 400+450 401+451 402+452 403+453 "
    "404+454 405+455 406+456 407+457 408+458 409+459 40a+45a 40b+45b 40c+45c 40d+45d 40e+45e "
    "40f+45f 410+430 411+431 412+432+1c80 413+433 414+434+1c81 415+435 416+436 417+437 "
    "418+438 419+439 41a+43a 41b+43b 41c+43c 41d+43d 41e+43e+1c82 41f+43f 420+440 "
    "421+441+1c83 422+442+1c84+1c85 423+443 424+444 425+445 426+446 427+447 428+448 429+449 "
    "42a+44a+1c86 42b+44b 42c+44c 42d+44d 42e+44e 42f+44f 460+461 462+463+1c87 464+465 "
    "466+467 468+469 46a+46b 46c+46d 46e+46f 470+471 472+473 474+475 476+477 478+479 47a+47b "
    "47c+47d 47e+47f 480+481 48a+48b 48c+48d 48e+48f 490+491 492+493 494+495 496+497 498+499 "
    "49a+49b 49c+49d 49e+49f 4a0+4a1 4a2+4a3 4a4+4a5 4a6+4a7 4a8+4a9 4aa+4ab 4ac+4ad 4ae+4af "
    "4b0+4b1 4b2+4b3 4b4+4b5 4b6+4b7 4b8+4b9 4ba+4bb 4bc+4bd 4be+4bf 4c0+4cf 4c1+4c2 4c3+4c4 "
    "4c5+4c6 4c7+4c8 4c9+4ca 4cb+4cc 4cd+4ce 4d0+4d1 4d2+4d3 4d4+4d5 4d6+4d7 4d8+4d9 4da+4db "
    "4dc+4dd 4de+4df 4e0+4e1 4e2+4e3 4e4+4e5 4e6+4e7 4e8+4e9 4ea+4eb 4ec+4ed 4ee+4ef 4f0+4f1 "
    "4f2+4f3 4f4+4f5 4f6+4f7 4f8+4f9 4fa+4fb 4fc+4fd 4fe+4ff 500+501 502+503 504+505 506+507 "
    "508+509 50a+50b 50c+50d 50e+50f 510+511 512+513 514+515 516+517 518+519 51a+51b 51c+51d "
    "51e+51f 520+521 522+523 524+525 526+527 528+529 52a+52b 52c+52d 52e+52f 531+561 532+562 "
    "533+563 534+564 535+565 536+566 537+567 538+568 539+569 53a+56a 53b+56b 53c+56c 53d+56d "
    "53e+56e 53f+56f 540+570 541+571 542+572 543+573 544+574 545+575 546+576 547+577 548+578 "
    "549+579 54a+57a 54b+57b 54c+57c 54d+57d 54e+57e 54f+57f 550+580 551+581 552+582 553+583 "
    "554+584 555+585 556+586 10a0+2d00 10a1+2d01 10a2+2d02 10a3+2d03 10a4+2d04 10a5+2d05 "
    "10a6+2d06 10a7+2d07 10a8+2d08 10a9+2d09 10aa+2d0a 10ab+2d0b 10ac+2d0c 10ad+2d0d "
    "10ae+2d0e 10af+2d0f 10b0+2d10 10b1+2d11 10b2+2d12 10b3+2d13 10b4+2d14 10b5+2d15 "
    "10b6+2d16 10b7+2d17 10b8+2d18 10b9+2d19 10ba+2d1a 10bb+2d1b 10bc+2d1c 10bd+2d1d "
    "10be+2d1e 10bf+2d1f 10c0+2d20 10c1+2d21 10c2+2d22 10c3+2d23 10c4+2d24 10c5+2d25 "
    "10c7+2d27 10cd+2d2d 10d0+1c90 10d1+1c91 10d2+1c92 10d3+1c93 10d4+1c94 10d5+1c95 "
    "10d6+1c96 10d7+1c97 10d8+1c98 10d9+1c99 10da+1c9a 10db+1c9b 10dc+1c9c 10dd+1c9d "
    "10de+1c9e 10df+1c9f 10e0+1ca0 10e1+1ca1 10e2+1ca2 10e3+1ca3 10e4+1ca4 10e5+1ca5 "
    "10e6+1ca6 10e7+1ca7 10e8+1ca8 10e9+1ca9 10ea+1caa 10eb+1cab 10ec+1cac 10ed+1cad "
    "10ee+1cae 10ef+1caf 10f0+1cb0 10f1+1cb1 10f2+1cb2 10f3+1cb3 10f4+1cb4 10f5+1cb5 "
    "10f6+1cb6 10f7+1cb7 10f8+1cb8 10f9+1cb9 10fa+1cba 10fd+1cbd 10fe+1cbe 10ff+1cbf "
    "13a0+ab70 13a1+ab71 13a2+ab72 13a3+ab73 13a4+ab74 13a5+ab75 13a6+ab76 13a7+ab77 "
    "13a8+ab78 13a9+ab79 13aa+ab7a 13ab+ab7b 13ac+ab7c 13ad+ab7d 13ae+ab7e 13af+ab7f "
    "13b0+ab80 13b1+ab81 13b2+ab82 13b3+ab83 13b4+ab84 13b5+ab85 13b6+ab86 13b7+ab87 "
    "13b8+ab88 13b9+ab89 13ba+ab8a 13bb+ab8b 13bc+ab8c 13bd+ab8d 13be+ab8e 13bf+ab8f "
    "13c0+ab90 13c1+ab91 13c2+ab92 13c3+ab93 13c4+ab94 13c5+ab95 13c6+ab96 13c7+ab97 "
    "13c8+ab98 13c9+ab99 13ca+ab9a 13cb+ab9b 13cc+ab9c 13cd+ab9d 13ce+ab9e 13cf+ab9f "
    "13d0+aba0 13d1+aba1 13d2+aba2 13d3+aba3 13d4+aba4 13d5+aba5 13d6+aba6 13d7+aba7 "
    "13d8+aba8 13d9+aba9 13da+abaa 13db+abab 13dc+abac 13dd+abad 13de+abae 13df+abaf "
    "13e0+abb0 13e1+abb1 13e2+abb2 13e3+abb3 13e4+abb4 13e5+abb5 13e6+abb6 13e7+abb7 "
    "13e8+abb8 13e9+abb9 13ea+abba 13eb+abbb 13ec+abbc 13ed+abbd 13ee+abbe 13ef+abbf "
    "13f0+13f8 13f1+13f9 13f2+13fa 13f3+13fb 13f4+13fc 13f5+13fd 1c88+a64a+a64b 1c89+1c8a "
    "1d79+a77d 1d7d+2c63 1d8e+a7c6 1e00+1e01 1e02+1e03 1e04+1e05 1e06+1e07 1e08+1e09 "
    "1e0a+1e0b 1e0c+1e0d 1e0e+1e0f 1e10+1e11 1e12+1e13 1e14+1e15 1e16+1e17 1e18+1e19 "
    "1e1a+1e1b 1e1c+1e1d 1e1e+1e1f 1e20+1e21 1e22+1e23 1e24+1e25 1e26+1e27 1e28+1e29 "
    "1e2a+1e2b 1e2c+1e2d 1e2e+1e2f 1e30+1e31 1e32+1e33 1e34+1e35 1e36+1e37 1e38+1e39 "
    "1e3a+1e3b 1e3c+1e3d 1e3e+1e3f 1e40+1e41 1e42+1e43 1e44+1e45 1e46+1e47 1e48+1e49 "
    "1e4a+1e4b 1e4c+1e4d 1e4e+1e4f 1e50+1e51 1e52+1e53 1e54+1e55 1e56+1e57 1e58+1e59 "
    "1e5a+1e5b 1e5c+1e5d 1e5e+1e5f 1e60+1e61+1e9b 1e62+1e63 1e64+1e65 1e66+1e67 1e68+1e69 "
    "1e6a+1e6b 1e6c+1e6d 1e6e+1e6f 1e70+1e71 1e72+1e73 1e74+1e75 1e76+1e77 1e78+1e79 "
    "1e7a+1e7b 1e7c+1e7d 1e7e+1e7f 1e80+1e81 1e82+1e83 1e84+1e85 1e86+1e87 1e88+1e89 "
    "1e8a+1e8b 1e8c+1e8d 1e8e+1e8f 1e90+1e91 1e92+1e93 1e94+1e95 1ea0+1ea1 1ea2+1ea3 "
    "1ea4+1ea5 1ea6+1ea7 1ea8+1ea9 1eaa+1eab 1eac+1ead 1eae+1eaf 1eb0+1eb1 1eb2+1eb3 "
    "1eb4+1eb5 1eb6+1eb7 1eb8+1eb9 1eba+1ebb 1ebc+1ebd 1ebe+1ebf 1ec0+1ec1 1ec2+1ec3 "
    "1ec4+1ec5 1ec6+1ec7 1ec8+1ec9 1eca+1ecb 1ecc+1ecd 1ece+1ecf 1ed0+1ed1 1ed2+1ed3 "
    "1ed4+1ed5 1ed6+1ed7 1ed8+1ed9 1eda+1edb 1edc+1edd 1ede+1edf 1ee0+1ee1 1ee2+1ee3 "
    "1ee4+1ee5 1ee6+1ee7 1ee8+1ee9 1eea+1eeb 1eec+1eed 1eee+1eef 1ef0+1ef1 1ef2+1ef3 "
    "1ef4+1ef5 1ef6+1ef7 1ef8+1ef9 1efa+1efb 1efc+1efd 1efe+1eff 1f00+1f08 1f01+1f09 "
    "1f02+1f0a 1f03+1f0b 1f04+1f0c 1f05+1f0d 1f06+1f0e 1f07+1f0f 1f10+1f18 1f11+1f19 "
    "1f12+1f1a 1f13+1f1b 1f14+1f1c 1f15+1f1d 1f20+1f28 1f21+1f29 1f22+1f2a 1f23+1f2b "
    "1f24+1f2c 1f25+1f2d 1f26+1f2e 1f27+1f2f 1f30+1f38 1f31+1f39 1f32+1f3a 1f33+1f3b "
    "1f34+1f3c 1f35+1f3d 1f36+1f3e 1f37+1f3f 1f40+1f48 1f41+1f49 1f42+1f4a 1f43+1f4b "
    "1f44+1f4c 1f45+1f4d 1f51+1f59 1f53+1f5b 1f55+1f5d 1f57+1f5f 1f60+1f68 1f61+1f69 "
    "1f62+1f6a 1f63+1f6b 1f64+1f6c 1f65+1f6d 1f66+1f6e 1f67+1f6f 1f70+1fba 1f71+1fbb "
    "1f72+1fc8 1f73+1fc9 1f74+1fca 1f75+1fcb 1f76+1fda 1f77+1fdb 1f78+1ff8 1f79+1ff9 "
    "1f7a+1fea 1f7b+1feb 1f7c+1ffa 1f7d+1ffb 1f80+1f88 1f81+1f89 1f82+1f8a 1f83+1f8b "
    "1f84+1f8c 1f85+1f8d 1f86+1f8e 1f87+1f8f 1f90+1f98 1f91+1f99 1f92+1f9a 1f93+1f9b "
    "1f94+1f9c 1f95+1f9d 1f96+1f9e 1f97+1f9f 1fa0+1fa8 1fa1+1fa9 1fa2+1faa 1fa3+1fab "
    "1fa4+1fac 1fa5+1fad 1fa6+1fae 1fa7+1faf 1fb0+1fb8 1fb1+1fb9 1fb3+1fbc 1fc3+1fcc "
    "1fd0+1fd8 1fd1+1fd9 1fe0+1fe8 1fe1+1fe9 1fe5+1fec 1ff3+1ffc 2132+214e 2160+2170 "
    "2161+2171 2162+2172 2163+2173 2164+2174 2165+2175 2166+2176 2167+2177 2168+2178 "
    "2169+2179 216a+217a 216b+217b 216c+217c 216d+217d 216e+217e 216f+217f 2183+2184 "
    "24b6+24d0 24b7+24d1 24b8+24d2 24b9+24d3 24ba+24d4 24bb+24d5 24bc+24d6 24bd+24d7 "
    "24be+24d8 24bf+24d9 24c0+24da 24c1+24db 24c2+24dc 24c3+24dd 24c4+24de 24c5+24df "
    "24c6+24e0 24c7+24e1 24c8+24e2 24c9+24e3 24ca+24e4 24cb+24e5 24cc+24e6 24cd+24e7 "
    "24ce+24e8 24cf+24e9 2c00+2c30 2c01+2c31 2c02+2c32 2c03+2c33 2c04+2c34 2c05+2c35 "
    "2c06+2c36 2c07+2c37 2c08+2c38 2c09+2c39 2c0a+2c3a 2c0b+2c3b 2c0c+2c3c 2c0d+2c3d "
    "2c0e+2c3e 2c0f+2c3f 2c10+2c40 2c11+2c41 2c12+2c42 2c13+2c43 2c14+2c44 2c15+2c45 "
    "2c16+2c46 2c17+2c47 2c18+2c48 2c19+2c49 2c1a+2c4a 2c1b+2c4b 2c1c+2c4c 2c1d+2c4d "
    "2c1e+2c4e 2c1f+2c4f 2c20+2c50 2c21+2c51 2c22+2c52 2c23+2c53 2c24+2c54 2c25+2c55 "
    "2c26+2c56 2c27+2c57 2c28+2c58 2c29+2c59 2c2a+2c5a 2c2b+2c5b 2c2c+2c5c 2c2d+2c5d "
    "2c2e+2c5e 2c2f+2c5f 2c60+2c61 2c67+2c68 2c69+2c6a 2c6b+2c6c 2c72+2c73 2c75+2c76 "
    "2c80+2c81 2c82+2c83 2c84+2c85 2c86+2c87 2c88+2c89 2c8a+2c8b 2c8c+2c8d 2c8e+2c8f "
    "2c90+2c91 2c92+2c93 2c94+2c95 2c96+2c97 2c98+2c99 2c9a+2c9b 2c9c+2c9d 2c9e+2c9f "
    "2ca0+2ca1 2ca2+2ca3 2ca4+2ca5 2ca6+2ca7 2ca8+2ca9 2caa+2cab 2cac+2cad 2cae+2caf "
    "2cb0+2cb1 2cb2+2cb3 2cb4+2cb5 2cb6+2cb7 2cb8+2cb9 2cba+2cbb 2cbc+2cbd 2cbe+2cbf "
    "2cc0+2cc1 2cc2+2cc3 2cc4+2cc5 2cc6+2cc7 2cc8+2cc9 2cca+2ccb 2ccc+2ccd 2cce+2ccf "
    "2cd0+2cd1 2cd2+2cd3 2cd4+2cd5 2cd6+2cd7 2cd8+2cd9 2cda+2cdb 2cdc+2cdd 2cde+2cdf "
    "2ce0+2ce1 2ce2+2ce3 2ceb+2cec 2ced+2cee 2cf2+2cf3 a640+a641 a642+a643 a644+a645 "
    "a646+a647 a648+a649 a64c+a64d a64e+a64f a650+a651 a652+a653 a654+a655 a656+a657 "
    "a658+a659 a65a+a65b a65c+a65d a65e+a65f a660+a661 a662+a663 a664+a665 a666+a667 "
    "a668+a669 a66a+a66b a66c+a66d a680+a681 a682+a683 a684+a685 a686+a687 a688+a689 "
    "a68a+a68b a68c+a68d a68e+a68f a690+a691 a692+a693 a694+a695 a696+a697 a698+a699 "
    "a69a+a69b a722+a723 a724+a725 a726+a727 a728+a729 a72a+a72b a72c+a72d a72e+a72f "
    "a732+a733 a734+a735 a736+a737 a738+a739 a73a+a73b a73c+a73d a73e+a73f a740+a741 "
    "a742+a743 a744+a745 a746+a747 a748+a749 a74a+a74b a74c+a74d a74e+a74f a750+a751 "
    "a752+a753 a754+a755 a756+a757 a758+a759 a75a+a75b a75c+a75d a75e+a75f a760+a761 "
    "a762+a763 a764+a765 a766+a767 a768+a769 a76a+a76b a76c+a76d a76e+a76f a779+a77a "
    "a77b+a77c a77e+a77f a780+a781 a782+a783 a784+a785 a786+a787 a78b+a78c a790+a791 "
    "a792+a793 a794+a7c4 a796+a797 a798+a799 a79a+a79b a79c+a79d a79e+a79f a7a0+a7a1 "
    "a7a2+a7a3 a7a4+a7a5 a7a6+a7a7 a7a8+a7a9 a7b3+ab53 a7b4+a7b5 a7b6+a7b7 a7b8+a7b9 "
    "a7ba+a7bb a7bc+a7bd a7be+a7bf a7c0+a7c1 a7c2+a7c3 a7c7+a7c8 a7c9+a7ca a7cc+a7cd "
    "a7d0+a7d1 a7d6+a7d7 a7d8+a7d9 a7da+a7db a7f5+a7f6 fb05+fb06 ff21+ff41 ff22+ff42 "
    "ff23+ff43 ff24+ff44 ff25+ff45 ff26+ff46 ff27+ff47 ff28+ff48 ff29+ff49 ff2a+ff4a "
    "ff2b+ff4b ff2c+ff4c ff2d+ff4d ff2e+ff4e ff2f+ff4f ff30+ff50 ff31+ff51 ff32+ff52 "
    "ff33+ff53 ff34+ff54 ff35+ff55 ff36+ff56 ff37+ff57 ff38+ff58 ff39+ff59 ff3a+ff5a "
    "10400+10428 10401+10429 10402+1042a 10403+1042b 10404+1042c 10405+1042d 10406+1042e "
    "10407+1042f 10408+10430 10409+10431 1040a+10432 1040b+10433 1040c+10434 1040d+10435 "
    "1040e+10436 1040f+10437 10410+10438 10411+10439 10412+1043a 10413+1043b 10414+1043c "
    "10415+1043d 10416+1043e 10417+1043f 10418+10440 10419+10441 1041a+10442 1041b+10443 "
    "1041c+10444 1041d+10445 1041e+10446 1041f+10447 10420+10448 10421+10449 10422+1044a "
    "10423+1044b 10424+1044c 10425+1044d 10426+1044e 10427+1044f 104b0+104d8 104b1+104d9 "
    "104b2+104da 104b3+104db 104b4+104dc 104b5+104dd 104b6+104de 104b7+104df 104b8+104e0 "
    "104b9+104e1 104ba+104e2 104bb+104e3 104bc+104e4 104bd+104e5 104be+104e6 104bf+104e7 "
    "104c0+104e8 104c1+104e9 104c2+104ea 104c3+104eb 104c4+104ec 104c5+104ed 104c6+104ee "
    "104c7+104ef 104c8+104f0 104c9+104f1 104ca+104f2 104cb+104f3 104cc+104f4 104cd+104f5 "
    "104ce+104f6 104cf+104f7 104d0+104f8 104d1+104f9 104d2+104fa 104d3+104fb 10570+10597 "
    "10571+10598 10572+10599 10573+1059a 10574+1059b 10575+1059c 10576+1059d 10577+1059e "
    "10578+1059f 10579+105a0 1057a+105a1 1057c+105a3 1057d+105a4 1057e+105a5 1057f+105a6 "
    "10580+105a7 10581+105a8 10582+105a9 10583+105aa 10584+105ab 10585+105ac 10586+105ad "
    "10587+105ae 10588+105af 10589+105b0 1058a+105b1 1058c+105b3 1058d+105b4 1058e+105b5 "
    "1058f+105b6 10590+105b7 10591+105b8 10592+105b9 10594+105bb 10595+105bc 10c80+10cc0 "
    "10c81+10cc1 10c82+10cc2 10c83+10cc3 10c84+10cc4 10c85+10cc5 10c86+10cc6 10c87+10cc7 "
    "10c88+10cc8 10c89+10cc9 10c8a+10cca 10c8b+10ccb 10c8c+10ccc 10c8d+10ccd 10c8e+10cce "
    "10c8f+10ccf 10c90+10cd0 10c91+10cd1 10c92+10cd2 10c93+10cd3 10c94+10cd4 10c95+10cd5 "
    "10c96+10cd6 10c97+10cd7 10c98+10cd8 10c99+10cd9 10c9a+10cda 10c9b+10cdb 10c9c+10cdc "
    "10c9d+10cdd 10c9e+10cde 10c9f+10cdf 10ca0+10ce0 10ca1+10ce1 10ca2+10ce2 10ca3+10ce3 "
    "10ca4+10ce4 10ca5+10ce5 10ca6+10ce6 10ca7+10ce7 10ca8+10ce8 10ca9+10ce9 10caa+10cea "
    "10cab+10ceb 10cac+10cec 10cad+10ced 10cae+10cee 10caf+10cef 10cb0+10cf0 10cb1+10cf1 "
    "10cb2+10cf2 10d50+10d70 10d51+10d71 10d52+10d72 10d53+10d73 10d54+10d74 10d55+10d75 "
    "10d56+10d76 10d57+10d77 10d58+10d78 10d59+10d79 10d5a+10d7a 10d5b+10d7b 10d5c+10d7c "
    "10d5d+10d7d 10d5e+10d7e 10d5f+10d7f 10d60+10d80 10d61+10d81 10d62+10d82 10d63+10d83 "
    "10d64+10d84 10d65+10d85 118a0+118c0 118a1+118c1 118a2+118c2 118a3+118c3 118a4+118c4 "
    "118a5+118c5 118a6+118c6 118a7+118c7 118a8+118c8 118a9+118c9 118aa+118ca 118ab+118cb "
    "118ac+118cc 118ad+118cd 118ae+118ce 118af+118cf 118b0+118d0 118b1+118d1 118b2+118d2 "
    "118b3+118d3 118b4+118d4 118b5+118d5 118b6+118d6 118b7+118d7 118b8+118d8 118b9+118d9 "
    "118ba+118da 118bb+118db 118bc+118dc 118bd+118dd 118be+118de 118bf+118df 16e40+16e60 "
    "16e41+16e61 16e42+16e62 16e43+16e63 16e44+16e64 16e45+16e65 16e46+16e66 16e47+16e67 "
    "16e48+16e68 16e49+16e69 16e4a+16e6a 16e4b+16e6b 16e4c+16e6c 16e4d+16e6d 16e4e+16e6e "
    "16e4f+16e6f 16e50+16e70 16e51+16e71 16e52+16e72 16e53+16e73 16e54+16e74 16e55+16e75 "
    "16e56+16e76 16e57+16e77 16e58+16e78 16e59+16e79 16e5a+16e7a 16e5b+16e7b 16e5c+16e7c "
    "16e5d+16e7d 16e5e+16e7e 16e5f+16e7f 1e900+1e922 1e901+1e923 1e902+1e924 1e903+1e925 "
    "1e904+1e926 1e905+1e927 1e906+1e928 1e907+1e929 1e908+1e92a 1e909+1e92b 1e90a+1e92c "
    "1e90b+1e92d 1e90c+1e92e 1e90d+1e92f 1e90e+1e930 1e90f+1e931 1e910+1e932 1e911+1e933 "
    "1e912+1e934 1e913+1e935 1e914+1e936 1e915+1e937 1e916+1e938 1e917+1e939 1e918+1e93a "
    "1e919+1e93b 1e91a+1e93c 1e91b+1e93d 1e91c+1e93e 1e91d+1e93f 1e91e+1e940 1e91f+1e941 "
    "1e920+1e942 1e921+1e943"
)
