#include "plyo/report/html_report.h"

#include "page.h"
#include "plyo_embed/report_template.h"
#include "view_model.h"

namespace plyo {

std::string RenderHtmlReport(const ReportInput& input) {
  return report::RenderPage(embedded::report_template::ReportJs(), report::MakeViewModel(input));
}

}  // namespace plyo
