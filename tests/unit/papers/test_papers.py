"""Each paper as its reader sees it: words, pages, fonts, marks."""

import copy
import threading

import pytest

from papers import KINDS, BadPaper, Papers
from papers.papers import MOST_ROWS
from papers.samples import SAMPLES, sparse
from papers.samples.books import register_row

SCRIPT = "<script>alert('x')</script>"
#: Kind to pages of the sample, and words that must be on them.
SEEN = {
    "receipt": (2, ["GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Receipt of dossier", "15 (mười lăm) ngày làm việc",
                    "09 giờ 05 phút, ngày 24 tháng 11 năm 2026", "09 giờ 05 phút, ngày 15 tháng 12 năm 2026",
                    "Một trăm linh năm nghìn đồng.", "quyển số 02/2026, số thứ tự 1042", "Bản điện tử",
                    "9f86 d081 884c", "Nguyễn Phước Bửu Thạch", "qua dịch vụ bưu chính công ích", "Statutory time"]),
    "supplement-request": (2, ["PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Bản cam kết", "chứng chỉ hành nghề",
                               "17 giờ 00 phút, ngày 08 tháng 12 năm 2026", "028 3829 0000", "NGƯỜI HƯỚNG DẪN"]),
    "refusal": (1, ["PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Điều 102 Luật Xây dựng", "NGƯỜI NỘP HỒ SƠ"]),
    "apology": (1, ["PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", "Số: 07/PXL", "chân thành xin lỗi",
                    "16 giờ 30 phút, ngày 05 tháng 01 năm 2027", "CHÁNH VĂN PHÒNG"]),
    "suspension": (1, ["THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "10 giờ 15 phút, ngày 01 tháng 12 năm 2026"]),
    "fee-notice": (1, ["THÔNG BÁO NỘP PHÍ, LỆ PHÍ", "75.000", "Tổng cộng 105.000", "HS261124-0042"]),
    "fee-receipt": (1, ["BIÊN NHẬN PHÍ, LỆ PHÍ", "Một triệu một trăm linh năm nghìn đồng.", "Chuyển khoản"]),
    "withdrawal": (2, ["GIẤY XÁC NHẬN RÚT HỒ SƠ", "14 giờ 20 phút, ngày 30 tháng 11 năm 2026"]),
    "return-slip": (1, ["PHIẾU TRẢ KẾT QUẢ", "1234/GPXD", "NGƯỜI NHẬN KẾT QUẢ"]),
    "control-slip": (2, ["PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "1. Giao: Phòng Quản lý đô thị", "Trước hạn",
                         "Đúng hạn", "Quá hạn", "16 giờ 55 phút, ngày 14 tháng 12 năm 2026"]),
    "register": (3, ["SỔ THEO DÕI HỒ SƠ", "Quyển số: 02/2026", "Cơ quan chủ trì giải quyết", "Tổng số: 24 hồ sơ."]),
    "report": (2, ["BÁO CÁO TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT HỒ SƠ", "Lưu thông hàng hóa trong nước", "97,41 %",
                   "1.760", "Điều chỉnh sau khi khóa sổ"]),
}  # fmt: skip


def test_offices_folder_has_no_fault(papers):
    papers.check()


@pytest.mark.parametrize("kind", KINDS)
def test_paper_says_what_it_must_on_as_few_pages_as_that_takes(kind, made, text):
    count, wanted = SEEN[kind]

    pages = text(made(kind))
    together = " ".join(pages)

    assert [phrase for phrase in wanted if phrase not in together] == []
    assert len(pages) == count
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in together
    assert "Quận 1, ngày" in pages[0]
    for at, page in enumerate(pages, 1):
        assert f"Trang {at}/{count}" in page


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("register", "apology")])
def test_script_of_a_citizen_is_printed_as_text(kind, made, text):
    assert SCRIPT.replace(" ", "") in "".join(text(made(kind))).replace(" ", "")


@pytest.mark.parametrize("kind", KINDS)
def test_reprint_is_marked_on_each_page_and_the_first_print_is_not(kind, papers, made, text):
    assert all("BẢN SAO (in lại lần 3)" in page for page in text(papers.render(kind, SAMPLES[kind], copy=3)))
    assert not any("BẢN SAO (in" in page for page in text(made(kind)))


def test_draft_is_marked_on_each_page_and_is_no_copy(papers, text):
    pages = text(papers.render("apology", SAMPLES["apology"], draft=True))
    assert all("DỰ THẢO" in page and "BẢN SAO" not in page for page in pages)
    assert "DỰ THẢO" not in text(papers.render("apology", SAMPLES["apology"]))[0]


@pytest.mark.parametrize("kind", ["receipt", "supplement-request", "apology"])
def test_name_that_is_not_known_is_left_to_the_signers_hand(kind, papers, text):
    unnamed = SAMPLES[kind] | {"officer": {"name": None, "title": None}}
    pages = text(papers.render(kind, unnamed))
    assert SAMPLES[kind]["officer"]["name"] not in " ".join(pages)
    assert "None" not in " ".join(pages)
    assert "ghi rõ họ tên" in pages[-1]


def test_paper_of_no_series_has_no_empty_number(papers, text):
    assert "Số: " not in text(papers.render("withdrawal", sparse("withdrawal")))[0].partition("GIẤY XÁC NHẬN")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_fonts_are_embedded_subsets_of_one_family_and_the_page_is_a4(kind, made, read):
    document = read(made(kind))

    fonts = [font.get_object() for page in document.pages for font in page["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]

    assert fonts
    assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)
    assert {str(font["/BaseFont"]).partition("+")[2].partition("-")[0] for font in fonts} == {"Tinos"}
    assert {tuple(sorted(map(round, page.mediabox[2:]))) for page in document.pages} == {(595, 842)}
    assert {page.mediabox.width > page.mediabox.height for page in document.pages} == {kind in ("register", "report")}


@pytest.mark.parametrize("kind", KINDS)
def test_paper_is_tagged_for_readers_that_cannot_see_it(kind, made, read):
    document = read(made(kind))
    root = document.trailer["/Root"]

    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert document.metadata.title


def test_title_of_the_document_names_paper_and_dossier(made, read):
    document = read(made("receipt"))

    assert document.metadata.title == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả 000.01.01.H29-261124-0042"
    assert document.metadata.creation_date_raw == "D:20261124020700Z"


def test_codes_are_vector_drawings(made, read):
    page = read(made("receipt")).pages[0]

    assert list(page.images) == []
    assert page.get_contents().get_data().count(b" re") + page.get_contents().get_data().count(b" l\n") > 50


def test_receipt_without_english_has_no_english_label(papers, text):
    spoken = " ".join(text(papers.render("receipt", SAMPLES["receipt"] | {"language": "vi"})))

    assert "Statutory time" not in spoken
    assert "Receipt of dossier" in spoken  # the line under the title stays


@pytest.mark.parametrize("kind", KINDS)
def test_paper_can_be_sparse(kind, papers, text):
    together = " ".join(text(papers.render(kind, sparse(kind))))

    assert "None" not in together
    assert papers.title(kind).upper() in together or kind == "report"


def test_paper_without_a_number_has_dots_before_its_symbol(papers, text):
    assert "Số: ……/PXL" in text(papers.render("apology", sparse("apology")))[0]


def test_signatures_never_stand_alone_on_a_page(papers, text):
    reason = "Nội dung chưa phù hợp với quy định hiện hành. "
    ends = []
    for times in range(10, 22):
        pages = text(papers.render("refusal", SAMPLES["refusal"] | {"reason": reason * times}))
        ends.append((len(pages), pages[-1]))

    assert {count for count, _ in ends} == {1, 2}
    for count, last in ends:
        assert last.index("Xin thông báo") < last.index("NGƯỜI NỘP HỒ SƠ"), count


def test_long_register_repeats_its_head_and_counts_its_pages(papers, text):
    rows = [register_row(line) for line in range(1, 201)]

    pages = text(papers.render("register", SAMPLES["register"] | {"rows": rows}))

    assert len(pages) > 10
    assert all("Tên thủ tục hành chính" in page and f"/{len(pages)}" in page for page in pages)
    assert "261124-0200" in pages[-1].replace(" ", "")


def test_register_longer_than_a_pdf_takes_is_refused_and_fits_a_sheet(papers):
    data = SAMPLES["register"] | {"rows": [register_row(line) for line in range(1, MOST_ROWS + 2)]}

    with pytest.raises(BadPaper, match="in parts"):
        papers.render("register", data)
    assert papers.workbook("register", data)


def test_empty_register_says_so(papers, text):
    assert "Không có hồ sơ trong kỳ" in text(papers.render("register", SAMPLES["register"] | {"rows": []}))[0]


def test_narrow_report_stands_upright(papers, read):
    data = copy.deepcopy(SAMPLES["report"])
    for row in [data["columns"], data["sums"], *data["rows"]]:
        del row[5:]

    page = read(papers.render("report", data)).pages[0]

    assert page.mediabox.height > page.mediabox.width


def test_copy_counts_from_one(papers):
    with pytest.raises(BadPaper, match="copy"):
        papers.render("refusal", SAMPLES["refusal"], copy=0)


def test_equal_data_give_equal_bytes_in_any_order_and_from_any_thread(papers):
    kinds = ["receipt", "register", "apology", "report"]
    first = {kind: papers.render(kind, SAMPLES[kind]) for kind in kinds}
    made, faults = [], []

    def work(order):
        try:
            made.extend((kind, papers.render(kind, SAMPLES[kind])) for kind in order)
        except Exception as error:  # told by the assertion below
            faults.append(error)

    threads = [threading.Thread(target=work, args=(kinds[at:] + kinds[:at],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert faults == []
    assert len(made) == 16
    assert all(first[kind] == each for kind, each in made)


def test_another_set_of_papers_gives_the_same_bytes(papers, folder):
    assert Papers(folder).render("receipt", SAMPLES["receipt"]) == papers.render("receipt", SAMPLES["receipt"])
