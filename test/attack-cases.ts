/**
 * Cases of hostile input that tests must name: requests (A), tokens (B), keys (C), claims (D), introspection (E), faults
 * and token answers (F), caches (G), proofs and certificates (H), sessions (I), leaks (J), metadata (M), controls (OK).
 */
export const attackCases: readonly string[] = `
A-01 A-02 A-03 A-04 A-05 A-06 A-07 A-08 A-10 A-11 A-12 A-13 A-16 A-17 A-18 A-19 A-20 A-23 A-24 A-25 A-26 A-28 A-30
A-31 A-32 A-35 A-36 A-39 A-40 A-42 A-43 A-44 A-46 A-47 A-48 A-49 A-50 A-53 A-56 A-59 A-61 OK-01 OK-02 OK-05 OK-06
OK-09 OK-10 OK-11 OK-12 B-none-2 B-none-3 B-none-4 B-none-6 B-none-8 B-none-9 B-none-10 B-none-11 B-alg-2 B-alg-4
B-alg-6 B-alg-7 B-alg-9 B-alg-11 B-null-1 B-psy-1 B-psy-3 B-conf-1 B-conf-2 B-conf-3 B-conf-4 B-conf-5 B-conf-6
B-conf-7 B-conf-8 B-conf-9 B-conf-12 B-conf-13 B-conf-14 B-conf-15 B-conf-16 B-conf-17 B-conf-nokid B-conf-hsallowed
B-conf-oct B-conf-oct2 B-fam-1 B-fam-4 B-fam-8 B-hdr-1 B-hdr-2 B-hdr-3 B-hdr-7 B-kid-0 B-kid-1 B-kid-2 B-kid-3 B-kid-4
B-kid-5 B-kid-6 B-kid-7 B-kid-10 B-kid-11 B-kid-12 B-kidt-0 B-kidt-2 B-kidt-3 B-kid-empty-hs B-kid-none-1 B-kid-none-2
B-kid-dup-2 B-kid-dup-3 B-crit-1 B-crit-3 B-crit-7 B-crit-8 B-crit-9 B-b64-1 B-b64-2 B-zip-1 B-zip-2 B-cty-1 B-typ-1
B-typ-3 B-typ-4 B-typ-5 B-typ-7 B-typ-8 B-typ-9 B-str-1 B-str-2 B-str-4 B-str-5 B-str-6 B-str-7 B-str-8 B-str-9
B-str-10 B-str-12 B-str-13 B-str-14 B-str-17 B-str-19 B-str-20 B-str-21 B-str-24 B-str-28 B-str-29 B-str-32 B-nonstr-0
B-nonstr-1 B-nonstr-2 B-nonstr-4 B-nonstr-6 B-nonstr-7 B-nonstr-8 B-nonstr-9 B-nonstr-10 B-json-1 B-json-2 B-json-5
B-json-6 B-json-7 B-json-8 B-json-9 B-json-10 B-json-11 B-json-12 B-json-13 B-pl-1 B-pl-3 B-pl-4 B-pl-5 B-pl-8 B-pl-9
B-pl-11 B-pl-13 B-pl-14 B-pl-15 B-pl-17 B-jwe-1 B-jwe-2 C-jwk-1 C-jwk-2 C-jwk-4 C-jwk-5 C-jwk-8 C-jwk-9 C-jwk-10
C-jwk-11 C-jwk-13 C-jwk-15 C-jwk-16 C-jwk-19 D-exp-1 D-expt-0 D-expt-1 D-expt-3 D-expt-7 D-expt-9 D-expt-10 D-expt-12
D-expt-13 D-expt-14 D-expt-15 D-expt-16 D-exp-6 D-exp-7 D-exp-8 D-exp-9 D-exp-10 D-exp-11 D-nbft-1 D-nbft-4 D-nbft-5
D-nbft-6 D-iat-1 D-iat-2 D-iatt-0 D-iatt-1 D-iatt-3 D-iat-3 D-iat-4 D-iss-2 D-iss-3 D-iss-4 D-iss-6 D-iss-7 D-iss-8
D-iss-9 D-iss-10 D-iss-m D-isst-0 D-isst-1 D-isst-3 D-isst-4 D-isst-6 D-aud-1 D-aud-t0 D-aud-t2 D-aud-t3 D-aud-t5
D-aud-t6 D-aud-t7 D-aud-t9 D-aud-t13 D-aud-t15 D-aud-t17 D-aud-t18 D-aud-2 D-aud-3 D-aud-4 D-sub-1 D-subt-1 D-subt-3
D-jtit-1 D-cnf-2 D-cnf-3 D-scope-1 D-scope-3 D-scope-7 D-scope-8 D-time-1 D-time-2 D-time-3 D-cfg-1 D-cfg-5 F-e401
F-e404 F-e429 F-e500 F-e503 F-e304 F-html200 F-textplain F-noct F-jwkset F-charset F-utf16 F-bom F-empty F-arr F-num
F-str F-tru F-emptyobj F-trunc F-dupkeys F-redir302same F-redir307cross F-redir302cross F-redirfile F-redirdata
F-redirloop F-hang F-hanghdr F-drip F-infinite F-infinitews F-gzbomb F-gzchain F-gzbad F-clshort F-hugehdr F-http09
C-j_empty C-j_nokeys C-j_keysobj C-j_keysnull C-j_mixed C-j_private C-j_oct C-j_weak C-j_enc C-j_keyops C-j_noalg
C-j_wrongalg C-j_dup C-j_nokid C-j_proto C-j_10k C-j_5mb C-j_x5u C-j_cc0 C-j_cchuge C-j_rotate C-j_other C-L1 C-L2
C-L3 C-L4 C-L6 C-L7 C-L9 C-S2 C-S3 C-S4 C-S5 C-S6 M-m_issuer M-m_issslash M-m_noissuer M-m_issnum M-m_nojwks
M-m_jwksfile M-m_jwksdata M-m_jwksmeta M-m_jwkscross M-m_jwkshttp M-m_tokencross M-m_tokenobj M-m_creds M-m_proto
M-m_algnone E-i_activestr E-i_active1 E-i_activefalsestr E-i_noactive E-i_false E-i_falseplus E-i_null E-i_arr
E-i_ACTIVE E-i_protoactive E-i_dupactive E-i_noexp E-i_exppast E-i_expstr E-i_expms E-i_exphuge E-i_nbf E-i_iss
E-i_aud E-i_noaud E-i_audarr E-i_nosub E-i_scopearr E-i_noscope E-i_scopeobj E-i_refresh E-i_dpop E-i_othertok
E-i_jwtresp E-i_flip E-i_401 E-i_500 E-1 E-3 E-6 E-9 E-10 F-t_200error F-t_errorandtoken F-t_notype F-t_typemac
F-t_typelower F-t_typeBEARER F-t_typedpop F-t_typenum F-t_nota F-t_noaccess F-t_accempty F-t_accnull F-t_accnum
F-t_accobj F-t_accarr F-t_acccrlf F-t_accspace F-t_accnonascii F-t_accnul F-t_acchuge F-t_accundef F-t_noexp
F-t_expstr F-t_expstrbad F-t_expneg F-t_exp0 F-t_exp1 F-t_expfloat F-t_exphuge F-t_exp1e400 F-t_expnull F-t_exptrue
F-t_exparr F-t_expms F-t_expnan F-t_scopeless F-t_scopearr F-t_scopenum F-t_scopemore F-t_proto F-t_dup F-t_case
F-t_form F-t_nostore F-t_flap F-t_expired F-t_errhtml F-t_errbig F-t_erresc F-t_errsecret F-t_errnonstr F-t_dpopnonce
F-1 F-2 F-4 F-5 G-1 G-4 G-6 G-9 G-10 G-11 G-12 G-13 G-14 G-15 G-16 G-17 G-18 G-19 G-20 G-21 G-23 G-25 G-26 G-29 G-30
H-01 H-02 H-05 H-06 H-07 H-08 H-47 H-48 H-49 H-50 H-09 H-10 H-12 H-15 H-16 H-17 H-18 H-19 H-21 H-22 H-23 H-24 H-26
H-27 H-28 H-29 H-30 H-34 H-35 H-38 H-39 H-40 H-41 H-43 H-44 H-45 H-60 H-62 H-63 H-64 H-66 H-67 H-71 H-72 H-73 H-74
H-75 I-1 I-2 I-3 I-4 I-5 I-6 I-8 I-9 I-12 I-13 I-14 I-15 I-16 I-17 I-18 I-19 I-21 I-23 I-24 I-25 I-26 I-28 J-1 J-3 J-4 J-5 J-6 J-7 J-9 J-15
`
  .trim()
  .split(/\s+/)
